//! The evidence of one run, as the world that flew it hands it over.

use observatory::alertmanager::{Fate, Notification};
use observatory::logs::LogStore;
use observatory::rules::{AlertTransition, RuleReport};
use observatory::traces::TraceStore;
use sim_core::effect::Effect;
use sim_core::load::Outcomes;
use sim_core::telemetry::Catalog;

use crate::episodes::{Change, Episode, episodes};

/// Everything that was seen of one run. Times without a unit in their name are nanoseconds since the Unix epoch.
#[derive(Debug)]
pub struct Flight {
    /// When the run began (history lies before it).
    pub start_ns: i64,
    /// When it ended.
    pub end_ns: i64,
    /// What each fault did, in the order of the plan's faults.
    pub effects: Vec<Effect>,
    /// Every change of every alert, in order of time.
    pub transitions: Vec<AlertTransition>,
    /// One for each rule, in the order of the files.
    pub rules: Vec<RuleReport>,
    /// Every notification that was delivered, in order of time.
    pub notifications: Vec<Notification>,
    /// Where each alert ended that the Alertmanager was sent.
    pub fates: Vec<Fate>,
    /// The traces kept.
    pub traces: TraceStore,
    /// The log lines kept.
    pub logs: LogStore,
    /// What spans and log lines point into.
    pub catalog: Catalog,
    /// What the clients saw, over all loads. Segment boundaries include every fault's start and end.
    pub outcomes: Outcomes,
    /// What the checks' own PromQL gave, by the index of the check in the plan.
    pub observations: Vec<(usize, Vec<Observation>)>,
    /// How each objective did, in the order of the plan's SLOs.
    pub budgets: Vec<Budget>,
    /// Traffic over time, for the timeline: one entry for each slice of equal length.
    pub traffic: Vec<Traffic>,
    /// Samples that were made up from history, and from when to when; none without `history`.
    pub synthetic: Option<Synthetic>,
}

impl Flight {
    /// The states of all alerts over time, in nanoseconds since the Unix epoch.
    pub fn episodes(&self) -> Vec<Episode> {
        let labels: Vec<String> = self.transitions.iter().map(|change| change.labels.to_string()).collect();
        episodes(self.transitions.iter().zip(&labels).map(|(change, labels)| Change {
            at_ns: change.time_ms * 1_000_000,
            alert: &change.alert,
            labels,
            to: change.to.into(),
            value: change.value,
        }))
    }
}

/// One evaluation of a check's PromQL.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// When.
    pub time_ns: i64,
    /// The result: each element's labels and value. A comparison that does not hold has no elements.
    pub result: Result<Vec<(String, f64)>, String>,
    /// Whether every selector of the expression matched at least one sample.
    pub matched: bool,
}

/// Good and bad requests of one objective.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Requests within the period that the run counted, history included.
    pub total: f64,
    /// Of these, the bad ones.
    pub bad: f64,
    /// Requests per second taken for the part of the period that was not covered.
    pub assumed_rate: f64,
    /// Seconds of the period that the run and its history cover.
    pub covered_s: f64,
}

/// What the loads did during one slice of the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// When the slice begins.
    pub from_ns: i64,
    /// When it ends.
    pub to_ns: i64,
    /// Requests sent in it.
    pub sent: u64,
    /// Of these, the ones that failed (status 500 or more, or no answer).
    pub errors: u64,
}

/// The part of the samples that was extrapolated and not simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synthetic {
    /// From.
    pub from_ns: i64,
    /// To: from here on, everything was simulated.
    pub to_ns: i64,
    /// How many series have such a past.
    pub series: u64,
}
