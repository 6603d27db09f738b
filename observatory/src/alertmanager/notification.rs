//! What an Alertmanager delivers, and what it holds back.

use crate::series::Labels;

/// The state of a notification, and of each alert in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// At least one alert fires.
    Firing,
    /// All are resolved.
    Resolved,
}

/// One delivery to one receiver.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// When, milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The receiver's name.
    pub receiver: String,
    /// The integrations of the receiver that it went to (`pagerduty`, `slack`, `webhook`, …).
    pub integrations: Vec<String>,
    /// The labels that the group is grouped by.
    pub group: Labels,
    /// Firing while one of its alerts fires.
    pub status: Status,
    /// Whether nothing had changed since the last one (`repeat_interval`).
    pub repeat: bool,
    /// The alerts, firing ones first.
    pub alerts: Vec<NotifiedAlert>,
}

/// One alert of a notification.
#[derive(Debug, Clone, PartialEq)]
pub struct NotifiedAlert {
    /// All labels, `alertname` included.
    pub labels: Labels,
    /// Firing or resolved.
    pub status: Status,
    /// Annotations, their templates filled in.
    pub annotations: Vec<(String, String)>,
    /// Since when it fires, milliseconds since the Unix epoch.
    pub starts_at_ms: i64,
    /// When it was resolved.
    pub ends_at_ms: Option<i64>,
}

/// Where an alert went inside the Alertmanager: the evidence behind "nobody was paged".
#[derive(Debug, Clone, PartialEq)]
pub struct Fate {
    /// All labels of the alert.
    pub labels: Labels,
    /// The receivers that its routes lead to, in order of the tree.
    pub receivers: Vec<String>,
    /// The first alert that inhibited it, if any did, and when.
    pub inhibited_by: Option<(Labels, i64)>,
    /// When it first arrived, milliseconds since the Unix epoch.
    pub first_seen_ms: i64,
    /// When it was first notified, if it was.
    pub first_notified_ms: Option<i64>,
}
