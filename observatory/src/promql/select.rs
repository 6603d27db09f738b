//! What selectors see: the latest samples, and windows of samples.

use std::rc::Rc;

use super::evaluate::Evaluation;
use super::node::{Node, Selection};
use super::{Element, QueryError, Semantics};
use crate::series::{Labels, Sample, SeriesId, Store, Summary, is_stale};

/// The samples of one series in a window of time.
pub(super) struct Window<'a> {
    pub(super) labels: Labels,
    /// When the query is evaluated.
    pub(super) time_ms: i64,
    pub(super) start_ms: i64,
    pub(super) end_ms: i64,
    pub(super) semantics: Semantics,
    pub(super) source: Source<'a>,
}

pub(super) enum Source<'a> {
    Stored {
        store: &'a Store,
        id: SeriesId,
        /// Samples at this time and before are outside.
        after_ms: i64,
    },
    Computed(Vec<Sample>),
}

impl Window<'_> {
    /// The samples, markers left out.
    pub(super) fn samples(&self) -> Vec<Sample> {
        let real = |sample: &Sample| !is_stale(sample.value);
        match &self.source {
            Source::Stored { store, id, after_ms } => {
                store.samples(*id, *after_ms, self.end_ms).filter(real).collect()
            }
            Source::Computed(samples) => samples.iter().copied().filter(real).collect(),
        }
    }

    /// Their values.
    pub(super) fn values(&self) -> Vec<f64> {
        self.samples().iter().map(|sample| sample.value).collect()
    }

    /// What they amount to; `None` where there are none.
    pub(super) fn summary(&self) -> Option<Summary> {
        match &self.source {
            Source::Stored { store, id, after_ms } => store.summary(*id, *after_ms, self.end_ms),
            Source::Computed(samples) => Summary::of_all(samples.iter().copied()),
        }
    }

    /// The length of the window, seconds.
    pub(super) fn seconds(&self) -> f64 {
        (self.end_ms - self.start_ms) as f64 / 1000.0
    }
}

impl<'a> Evaluation<'a> {
    /// The latest sample of every selected series that is neither stale nor too old.
    pub(super) fn latest(
        &self,
        selection: &Selection,
        time_ms: i64,
    ) -> Result<Vec<(Labels, Sample)>, QueryError> {
        let time_ms = self.shifted(selection.shift, time_ms);
        let after_ms = self.after(time_ms.saturating_sub(self.options.lookback_ms));
        let ids = self.ids(selection);
        let live = |&id: &SeriesId| {
            let sample = self.store.latest(id, time_ms)?;
            let live = sample.time_ms > after_ms && !is_stale(sample.value);
            live.then(|| (self.store.labels(id).clone(), sample))
        };
        let found: Vec<_> = ids.iter().filter_map(live).collect();
        self.spend(found.len() as u64)?;
        Ok(found)
    }

    /// The value of an instant selector.
    pub(super) fn instant(&self, selection: &Selection, time_ms: i64) -> Result<Vec<Element>, QueryError> {
        let found = self.latest(selection, time_ms)?;
        Ok(found.into_iter().map(|(labels, sample)| Element { labels, value: sample.value }).collect())
    }

    /// The windows of a node that is a range vector; some may have no samples.
    pub(super) fn windows(&self, node: &Node, time_ms: i64) -> Result<Vec<Window<'a>>, QueryError> {
        match node {
            Node::Range { selection, window_ms } => {
                let end_ms = self.shifted(selection.shift, time_ms);
                let start_ms = end_ms.saturating_sub(*window_ms);
                let after_ms = self.after(start_ms);
                let window = |&id: &SeriesId| Window {
                    labels: self.store.labels(id).clone(),
                    time_ms,
                    start_ms,
                    end_ms,
                    semantics: self.options.semantics,
                    source: Source::Stored { store: self.store, id, after_ms },
                };
                Ok(self.ids(selection).iter().map(window).collect())
            }
            Node::Subquery(subquery) => self.subquery(subquery, time_ms),
            _ => Err(QueryError::evaluation("a range vector is expected, such as `metric[5m]`")),
        }
    }

    /// The last moment outside a range that starts at this time.
    pub(super) fn after(&self, start_ms: i64) -> i64 {
        match self.options.semantics {
            Semantics::V2 => start_ms.saturating_sub(1),
            Semantics::V3 => start_ms,
        }
    }

    fn ids(&self, selection: &Selection) -> Rc<[SeriesId]> {
        let slot = &mut self.selected.borrow_mut()[selection.slot];
        slot.get_or_insert_with(|| self.store.select(&selection.matchers).into()).clone()
    }
}
