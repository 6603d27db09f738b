//! What became of each alert inside the Alertmanager, by looking at it again and again.

use std::collections::BTreeMap;

use observatory::alertmanager::{Fate, Notification, Status};
use observatory::series::Labels;

use super::alertmanager::api::KnownAlert;

/// The alerts seen so far.
#[derive(Debug, Default)]
pub(crate) struct Fates(BTreeMap<Labels, Fate>);

impl Fates {
    /// Takes in what the Alertmanager knows now.
    pub(crate) fn see(&mut self, now_ms: i64, known: &[KnownAlert]) {
        let named = |fingerprint: &String| known.iter().find(|alert| alert.fingerprint == *fingerprint);
        for alert in known {
            let fate = self.0.entry(alert.labels.clone()).or_insert_with(|| Fate {
                labels: alert.labels.clone(),
                receivers: alert.receivers.clone(),
                inhibited_by: None,
                first_seen_ms: now_ms,
                first_notified_ms: None,
            });
            if fate.inhibited_by.is_none() {
                let by = alert.inhibited_by.iter().find_map(named);
                fate.inhibited_by = by.map(|by| (by.labels.clone(), now_ms));
            }
        }
    }

    /// What became of each, with when it was first notified.
    pub(crate) fn finish(self, notifications: &[Notification]) -> Vec<Fate> {
        let told = |labels: &Labels| {
            let of = |notification: &&Notification| {
                let mut alerts = notification.alerts.iter();
                alerts.any(|alert| alert.labels == *labels && alert.status == Status::Firing)
            };
            notifications.iter().find(of).map(|notification| notification.time_ms)
        };
        self.0.into_values().map(|fate| Fate { first_notified_ms: told(&fate.labels), ..fate }).collect()
    }
}
