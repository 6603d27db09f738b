//! Whether the selectors of a rule find anything.

use crate::promql::{Need, Query, Selector};
use crate::series::{SeriesId, Store, is_stale};

/// The selectors of a rule, each with a series that it found last: while that one goes on, no search is needed.
#[derive(Debug)]
pub(super) struct Watched {
    selectors: Vec<(Selector, Option<SeriesId>)>,
    need: Need,
}

impl Watched {
    pub(super) fn new(query: &Query) -> Self {
        let selectors = query.selectors().into_iter().map(|selector| (selector, None)).collect();
        Self { selectors, need: query.need() }
    }

    /// Whether every selector that must has a sample to read at a time.
    pub(super) fn all_match(&mut self, store: &Store, time_ms: i64) -> bool {
        let Self { selectors, need } = self;
        need.is_met(&mut |index| {
            let (selector, witness) = &mut selectors[index];
            let to_ms = time_ms.saturating_sub(selector.until_ms);
            let after_ms = time_ms.saturating_sub(selector.window_ms);
            let seen = |id: &SeriesId| {
                let latest = store.latest(*id, to_ms);
                latest.is_some_and(|sample| sample.time_ms > after_ms && !is_stale(sample.value))
            };
            if !witness.as_ref().is_some_and(seen) {
                let found = store.select(&selector.matchers);
                let ended = |id: &&SeriesId| store.summary(**id, after_ms, to_ms).is_some();
                *witness = found.iter().find(|id| seen(id)).or_else(|| found.iter().find(ended)).copied();
            }
            witness.is_some()
        })
    }
}
