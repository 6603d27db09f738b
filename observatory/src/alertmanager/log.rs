//! The notification log: what each integration was last told of a group, and so whether there is news.

use std::collections::BTreeSet;

use super::notification::{NotifiedAlert, Status};
use crate::series::Labels;

/// What an integration was last told of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) time_ms: i64,
    firing: BTreeSet<Labels>,
    resolved: BTreeSet<Labels>,
}

/// Why a notification goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Something has changed.
    News,
    /// Nothing has, but `repeat_interval` has passed.
    Repeat,
}

impl Entry {
    /// What is about to be told.
    pub(super) fn new(alerts: &[NotifiedAlert], now_ms: i64) -> Self {
        let of = |status| {
            alerts.iter().filter(|alert| alert.status == status).map(|alert| alert.labels.clone()).collect()
        };
        Self { time_ms: now_ms, firing: of(Status::Firing), resolved: of(Status::Resolved) }
    }

    /// Whether this must be told to one who was last told `last`.
    ///
    /// Resolved alerts alone are news only to one who knows them as firing. A repeat is due *after*
    /// `repeat_interval`: a flush exactly then comes too early, so that the default 4 h become 4 h 5 min.
    pub(super) fn is_due(&self, last: Option<&Self>, send_resolved: bool, repeat_ms: i64) -> Option<Reason> {
        let Some(last) = last else {
            return (!self.firing.is_empty()).then_some(Reason::News);
        };
        if self.firing.is_empty() {
            return (!last.firing.is_empty()).then_some(Reason::News);
        }
        let newly_firing = !self.firing.is_subset(&last.firing);
        let newly_resolved = send_resolved && !self.resolved.is_subset(&last.resolved);
        if newly_firing || newly_resolved {
            return Some(Reason::News);
        }
        (last.time_ms < self.time_ms - repeat_ms).then_some(Reason::Repeat)
    }
}
