//! What the Alertmanager knows of one alert.

use super::notification::{NotifiedAlert, Status};
use crate::rules::Alert;
use crate::series::Labels;

/// The last state of an alert, all that was sent of it merged.
#[derive(Debug, Clone)]
pub(super) struct Known {
    annotations: Vec<(String, String)>,
    pub(super) starts_at_ms: i64,
    /// From then on it is resolved; lies in the future while it fires.
    ends_at_ms: i64,
    /// Whether the end is only assumed, because none was sent.
    assumed_end: bool,
}

impl Known {
    /// The alert as it arrives at `now_ms`.
    pub(super) fn new(alert: &Alert, now_ms: i64, resolve_timeout_ms: i64) -> Self {
        let end = alert.ends_at_ms.or(alert.valid_until_ms);
        Self {
            annotations: alert.annotations.clone(),
            starts_at_ms: alert.starts_at_ms,
            ends_at_ms: end.unwrap_or(now_ms.saturating_add(resolve_timeout_ms)),
            assumed_end: end.is_none(),
        }
    }

    /// This, the younger, with the `old` where both speak of the same episode: the earlier start holds, and an end
    /// that was sent outweighs an assumed one.
    pub(super) fn merged_with(mut self, old: &Self, now_ms: i64) -> Self {
        let ends_within = self.ends_at_ms > old.starts_at_ms && self.ends_at_ms < old.ends_at_ms;
        let starts_within = self.starts_at_ms > old.starts_at_ms && self.starts_at_ms < old.ends_at_ms;
        if !ends_within && !starts_within {
            return self;
        }
        self.starts_at_ms = self.starts_at_ms.min(old.starts_at_ms);
        let old_end_holds = if self.is_resolved(now_ms) { old.is_resolved(now_ms) } else { !old.assumed_end };
        if old_end_holds && old.ends_at_ms > self.ends_at_ms {
            self.ends_at_ms = old.ends_at_ms;
        }
        self
    }

    pub(super) fn is_resolved(&self, now_ms: i64) -> bool {
        self.ends_at_ms <= now_ms
    }

    /// As it stands in a notification of `now_ms`.
    pub(super) fn notified(&self, labels: &Labels, now_ms: i64) -> NotifiedAlert {
        let resolved = self.is_resolved(now_ms);
        NotifiedAlert {
            labels: labels.clone(),
            status: if resolved { Status::Resolved } else { Status::Firing },
            annotations: self.annotations.clone(),
            starts_at_ms: self.starts_at_ms,
            ends_at_ms: resolved.then_some(self.ends_at_ms),
        }
    }
}
