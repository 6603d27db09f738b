//! Whether the selectors of a rule find anything.

use crate::promql::{Query, Selector};
use crate::series::{SeriesId, Store, is_stale};

/// The selectors of a rule, each with a series that it found last: while that one goes on, no search is needed.
#[derive(Debug)]
pub(super) struct Watched(Vec<(Selector, Option<SeriesId>)>);

impl Watched {
    pub(super) fn new(query: &Query) -> Self {
        Self(query.selectors().into_iter().map(|selector| (selector, None)).collect())
    }

    /// Whether every selector has a sample to read at a time.
    pub(super) fn all_match(&mut self, store: &Store, time_ms: i64) -> bool {
        self.0.iter_mut().all(|(selector, witness)| {
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
