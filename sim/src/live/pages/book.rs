//! Deliveries put together: a receiver's integrations are told one by one of what is one notification.

use std::collections::BTreeMap;

use observatory::alertmanager::{Notification, NotifiedAlert, Status};
use observatory::series::Labels;

use super::Way;
use super::payload::Message;

/// Everything that has arrived.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) notifications: Vec<Notification>,
    pub(super) problems: Vec<String>,
    /// Of each receiver and group, the last notification: its place, and the integrations that had it.
    last: BTreeMap<(String, Labels), (usize, Vec<String>)>,
}

/// How much is kept: a run of the longest kind has some thousands.
const MOST: usize = 100_000;

impl Book {
    pub(super) fn deliver(&mut self, time_ms: i64, way: Way, message: Message) {
        let Message { group, alerts } = message;
        let Way { kind, receiver, index } = way;
        let key = (receiver.clone(), group.clone());
        let mut repeat = false;
        if let Some((place, had)) = self.last.get_mut(&key) {
            let last = &mut self.notifications[*place];
            let unchanged = firing(&last.alerts).eq(firing(&alerts));
            if unchanged && !had.contains(&index) {
                had.push(index);
                if !last.integrations.contains(&kind) {
                    last.integrations.push(kind);
                }
                return;
            }
            // Only what a later delivery to the same integration brings again is a repetition.
            repeat = unchanged && resolved(&last.alerts).eq(resolved(&alerts));
        }
        if self.notifications.len() >= MOST {
            return self.problem("too many notifications to keep".to_owned());
        }
        let status = if firing(&alerts).next().is_some() { Status::Firing } else { Status::Resolved };
        self.last.insert(key, (self.notifications.len(), vec![index]));
        let integrations = vec![kind];
        self.notifications.push(Notification {
            time_ms,
            receiver,
            integrations,
            group,
            status,
            repeat,
            alerts,
        });
    }

    pub(super) fn problem(&mut self, problem: String) {
        if self.problems.len() < MOST {
            self.problems.push(problem);
        }
    }
}

fn firing(alerts: &[NotifiedAlert]) -> impl Iterator<Item = &Labels> {
    alerts.iter().filter(|alert| alert.status == Status::Firing).map(|alert| &alert.labels)
}

fn resolved(alerts: &[NotifiedAlert]) -> impl Iterator<Item = &Labels> {
    alerts.iter().filter(|alert| alert.status == Status::Resolved).map(|alert| &alert.labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deliveries(told: &[(&str, &str, &str)]) -> Vec<(String, Status, bool)> {
        let mut book = Book::default();
        for (time, (kind, firing, resolved)) in told.iter().enumerate() {
            let way = Way { kind: (*kind).to_owned(), receiver: "r".to_owned(), index: (*kind).to_owned() };
            let alert = |status| {
                move |name: &str| NotifiedAlert {
                    labels: [("alertname", name)].into_iter().collect(),
                    status,
                    annotations: Vec::new(),
                    starts_at_ms: 0,
                    ends_at_ms: None,
                }
            };
            let alerts = firing.split_whitespace().map(alert(Status::Firing));
            let alerts = alerts.chain(resolved.split_whitespace().map(alert(Status::Resolved))).collect();
            book.deliver(time as i64, way, Message { group: Labels::default(), alerts });
        }
        book.notifications.into_iter().map(|n| (n.integrations.join("+"), n.status, n.repeat)).collect()
    }

    #[test]
    fn integrations_of_one_receiver_share_a_notification() {
        let told = deliveries(&[
            ("slack", "A", ""),
            ("pagerduty", "A", ""),
            ("slack", "A", ""),
            ("slack", "A B", ""),
            ("slack", "", "A B"),
        ]);
        let expected = [
            ("slack+pagerduty", Status::Firing, false),
            ("slack", Status::Firing, true),
            ("slack", Status::Firing, false),
            ("slack", Status::Resolved, false),
        ];
        assert_eq!(told, expected.map(|(kinds, status, repeat)| (kinds.to_owned(), status, repeat)));
    }
}
