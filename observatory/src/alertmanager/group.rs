//! Aggregation groups: alerts of one route that are notified together, and their timer.

use std::collections::BTreeSet;

use super::route::Route;
use crate::series::Labels;

/// An emptied group goes away when Alertmanager next tidies up, which it does this often. Until then an alert that
/// comes back waits for the group's next tick and not for `group_wait`. The phase of the tidying is not known, so
/// a group stays for one whole period.
const TIDY_MS: i64 = 30_000;

/// The alerts of one group.
#[derive(Debug)]
pub(super) struct Group {
    alerts: BTreeSet<Labels>,
    /// The next flush.
    next_ms: i64,
    flushed: bool,
    emptied_ms: Option<i64>,
}

impl Group {
    /// A new group, which is first flushed after `group_wait`.
    pub(super) fn new(route: &Route, now_ms: i64) -> Self {
        Self {
            alerts: BTreeSet::new(),
            next_ms: now_ms.saturating_add(route.group_wait_ms),
            flushed: false,
            emptied_ms: None,
        }
    }

    /// Takes an alert in. One that has fired for longer than `group_wait` already does not wait for a first flush.
    pub(super) fn insert(&mut self, labels: Labels, starts_at_ms: i64, route: &Route, now_ms: i64) {
        if self.emptied_ms.take().is_some() {
            while self.next_ms <= now_ms {
                self.next_ms = self.next_ms.saturating_add(route.group_interval_ms);
            }
        }
        self.alerts.insert(labels);
        if !self.flushed && starts_at_ms.saturating_add(route.group_wait_ms) < now_ms {
            self.next_ms = now_ms;
        }
    }

    /// Notes a flush at `now_ms`, after which `resolved` are forgotten.
    pub(super) fn flushed(&mut self, resolved: &BTreeSet<Labels>, route: &Route, now_ms: i64) {
        self.flushed = true;
        self.next_ms = now_ms.saturating_add(route.group_interval_ms);
        self.alerts.retain(|labels| !resolved.contains(labels));
        if self.alerts.is_empty() {
            self.emptied_ms = Some(now_ms);
        }
    }

    /// When it is flushed next; never while it is empty.
    pub(super) fn next_due(&self) -> Option<i64> {
        (!self.alerts.is_empty()).then_some(self.next_ms)
    }

    /// Whether it has been empty for long enough to go.
    pub(super) fn is_over(&self, now_ms: i64) -> bool {
        self.emptied_ms.is_some_and(|emptied| now_ms >= emptied + TIDY_MS)
    }

    /// Its alerts, in order of their labels.
    pub(super) fn alerts(&self) -> impl Iterator<Item = &Labels> {
        self.alerts.iter()
    }

    /// Whether this alert belongs to it.
    pub(super) fn holds(&self, labels: &Labels) -> bool {
        self.alerts.contains(labels)
    }
}
