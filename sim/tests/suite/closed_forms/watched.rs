//! Counters under the shipped rules: scraped every 15 seconds, evaluated every 30, as in the shipped scenario.

use observatory::promql::Options;
use observatory::rules::{AlertState, AlertTransition, Evaluator, EvaluatorOptions, RuleFile};
use observatory::series::{Labels, SeriesId, Store, StoreOptions};

/// Between two scrapes.
pub(crate) const SCRAPE_S: i64 = 15;
/// Between two evaluations.
pub(crate) const EVALUATION_S: i64 = 30;

/// What the counters say at one scrape.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) all: u64,
    pub(crate) bad: u64,
}

/// Constant traffic without an error, up to time 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    pub(crate) seconds: i64,
    pub(crate) rate: f64,
    /// What the counter of errors says all the time.
    pub(crate) errors: f64,
}

/// The shipped rules.
pub(crate) fn shipped_rules() -> RuleFile {
    let name = "compose/prometheus/rules/slo-orders-availability.yml";
    let path = format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the file is shipped");
    RuleFile::parse(name, &text).expect("the shipped rules are valid")
}

/// A gateway that is being watched.
pub(crate) struct Watched {
    store: Store,
    evaluator: Evaluator,
    good: SeriesId,
    bad: SeriesId,
    /// The history's.
    before: (f64, f64),
    time_s: i64,
}

impl Watched {
    /// The history is there, and the first evaluation is due at `first_s` or at the first scrape after it.
    pub(crate) fn new(rules: &RuleFile, history: History, first_s: i64) -> Self {
        let options = EvaluatorOptions {
            default_interval_ms: EVALUATION_S * 1000,
            promql: Options::default(),
            external_labels: Labels::default(),
            start_ms: first_s * 1000,
        };
        let evaluator = Evaluator::new(vec![rules.clone()], options);
        let mut store = Store::new(StoreOptions::default());
        let mut line = |status, from, to| {
            let name = "http_server_request_duration_seconds_count";
            let labels =
                [("__name__", name), ("service_name", "api-gateway"), ("http_response_status_code", status)];
            let id = store.resolve(&labels.into_iter().collect());
            let count = history.seconds / SCRAPE_S + 1;
            let (first_ms, step_ms) = (-history.seconds * 1000, SCRAPE_S * 1000);
            store.append_line(id, first_ms, step_ms, count as u64, from, to).expect("the store is empty");
            id
        };
        let before = (history.seconds as f64 * history.rate, history.errors);
        let (good, bad) = (line("200", 0.0, before.0), line("503", before.1, before.1));
        Self { store, evaluator, good, bad, before, time_s: 0 }
    }

    /// The changes that the next scrape brings about.
    pub(crate) fn scrape(&mut self, counts: Counts) -> Vec<AlertTransition> {
        self.time_s += SCRAPE_S;
        let now_ms = self.time_s * 1000;
        let good = self.before.0 + (counts.all - counts.bad) as f64;
        self.store.append(self.good, now_ms, good).expect("in order");
        self.store.append(self.bad, now_ms, self.before.1 + counts.bad as f64).expect("in order");
        self.evaluator.evaluate(now_ms, &mut self.store).transitions
    }
}

/// When an alert first fired, in seconds.
pub(crate) fn first_s(transitions: &[AlertTransition], alert: &str) -> Option<i64> {
    let to = |change: &&AlertTransition| change.alert == alert && change.to == AlertState::Firing;
    transitions.iter().find(to).map(|change| change.time_ms / 1000)
}

/// When it became inactive for good, in seconds.
pub(crate) fn resolved_s(transitions: &[AlertTransition], alert: &str) -> Option<i64> {
    let last = transitions.iter().rfind(|change| change.alert == alert)?;
    (last.to == AlertState::Inactive).then_some(last.time_ms / 1000)
}
