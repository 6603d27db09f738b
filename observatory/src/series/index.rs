//! The inverted index: which series have a label with a value.

use std::collections::BTreeMap;

use super::{Labels, MatchOp, Matcher, SeriesId};

/// Lists of series, each in the order of their labels, so that a selection needs no sorting.
#[derive(Debug, Default)]
pub(super) struct Index {
    all: Vec<SeriesId>,
    postings: BTreeMap<Box<str>, BTreeMap<Box<str>, Vec<SeriesId>>>,
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Adds a series that is not there; `labels` are those of every series by its id.
    pub(super) fn insert(&mut self, id: SeriesId, labels: &[Labels]) {
        let own = &labels[id.index()];
        let add = |list: &mut Vec<SeriesId>| {
            let place = list.partition_point(|other| labels[other.index()] < *own);
            list.insert(place, id);
        };
        add(&mut self.all);
        for (name, value) in own.iter() {
            if !self.postings.contains_key(name) {
                self.postings.insert(name.into(), BTreeMap::new());
            }
            if let Some(values) = self.postings.get_mut(name) {
                match values.get_mut(value) {
                    Some(list) => add(list),
                    None => drop(values.insert(value.into(), vec![id])),
                }
            }
        }
    }

    /// Removes series, whose ids are sorted.
    pub(super) fn remove(&mut self, gone: &[SeriesId]) {
        let stays = |id: &SeriesId| gone.binary_search(id).is_err();
        self.all.retain(stays);
        self.postings.retain(|_, values| {
            values.retain(|_, list| {
                list.retain(stays);
                !list.is_empty()
            });
            !values.is_empty()
        });
    }

    /// The series that satisfy all matchers, in the order of their labels.
    pub(super) fn select(&self, matchers: &[Matcher], labels: &[Labels]) -> Vec<SeriesId> {
        let shortest = matchers
            .iter()
            .filter(|matcher| matcher.op() == MatchOp::Equal && !matcher.value().is_empty())
            .map(|matcher| self.having(matcher.name(), matcher.value()))
            .min_by_key(|list| list.len())
            .unwrap_or(&self.all);
        let fits = |id: &SeriesId| matchers.iter().all(|matcher| matcher.matches_labels(&labels[id.index()]));
        shortest.iter().copied().filter(fits).collect()
    }

    fn having(&self, name: &str, value: &str) -> &[SeriesId] {
        self.postings.get(name).and_then(|values| values.get(value)).map_or(&[], Vec::as_slice)
    }

    /// The values of a label over all series, sorted.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.postings.get(name).into_iter().flatten().map(|(value, _)| &**value)
    }
}
