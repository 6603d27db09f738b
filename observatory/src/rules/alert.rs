//! Alerts: what a rule says about one label set, and how that changes.

use super::stretch::Stretch;
use crate::series::Labels;

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertState {
    /// The expression has no result for these labels.
    Inactive,
    /// It has one, but not yet for as long as `for` asks.
    Pending,
    /// It fires.
    Firing,
}

/// One change of one alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertTransition {
    /// The evaluation that changed it, milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The rule's name.
    pub alert: String,
    /// All labels, `alertname` included.
    pub labels: Labels,
    /// Before.
    pub from: AlertState,
    /// After.
    pub to: AlertState,
    /// The value of the expression; the last known one where it has no result any more.
    pub value: f64,
}

/// An alert as it is sent to an Alertmanager (`POST /api/v2/alerts`).
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// All labels, `alertname` included.
    pub labels: Labels,
    /// Annotations, their templates filled in.
    pub annotations: Vec<(String, String)>,
    /// Since when it fires, milliseconds since the Unix epoch.
    pub starts_at_ms: i64,
    /// When it was resolved; `None` while it fires.
    pub ends_at_ms: Option<i64>,
    /// While it fires: when it counts as resolved unless it is sent again. `None` leaves that to the Alertmanager's
    /// `resolve_timeout`.
    pub valid_until_ms: Option<i64>,
}

/// What became of one rule over a run: the evidence behind "it never fired".
#[derive(Debug, Clone, PartialEq)]
pub struct RuleReport {
    /// The rule file.
    pub file: String,
    /// The group.
    pub group: String,
    /// The alert's or the recorded series' name.
    pub name: String,
    /// Whether it is an alerting rule.
    pub alerting: bool,
    /// How often it is due, milliseconds.
    pub interval_ms: i64,
    /// How often it was evaluated.
    pub evaluations: u64,
    /// How many of these ended in an error, and the last error.
    pub failures: u64,
    /// The last error.
    pub last_error: Option<String>,
    /// Evaluations at which every selector of the expression matched at least one series, but for those whose absence
    /// it handles (`… or vector(0)`, `absent(…)`).
    pub matched: u64,
    /// For alerting rules that compare: how close the expression came to firing.
    pub reach: Option<Reach>,
    /// The `for` of an alerting rule, milliseconds.
    pub for_ms: i64,
    /// All its evaluations, in order of time.
    pub stretches: Vec<Stretch>,
}

/// How close an alert's expression came to being true: of its comparisons, the one that was farthest from true at
/// the evaluation at which the whole was nearest.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// The evaluation, milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The comparison, as PromQL.
    pub comparison: String,
    /// The value on its left.
    pub value: f64,
    /// The value on its right.
    pub threshold: f64,
}
