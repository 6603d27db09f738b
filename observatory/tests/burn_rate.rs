//! The times at which burn-rate alerts fire and stop, against their closed forms.
//!
//! Constant traffic, scraped and evaluated once a minute on the same instants; from the onset on, a share e of the
//! requests fails, evenly spaced. With the budget b = 0.001 the burn rate is B = e / b. An alert of factor f over the
//! windows W and w fires first at the first whole minute after f · W / B, and last before w · (1 − f / B) after the
//! recovery. In Prometheus 3 a window is open on the left, so that aligned samples span one minute less than it says.

use observatory::promql::{Options, Semantics};
use observatory::rules::{AlertState, AlertTransition, Evaluator, EvaluatorOptions, RuleFile};
use observatory::series::{Labels, Store, StoreOptions};
use observatory::slo::{BURN_ALERTS, BurnAlert, Slo, rules_yaml};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const REQUESTS_PER_MINUTE: i64 = 6000;

/// The place of an alert in [`BURN_ALERTS`], and its first and last firing in minutes.
type Expected = (usize, i64, i64);

/// An incident, in minutes since the first sample.
#[derive(Debug, Clone, Copy)]
struct Incident {
    onset: i64,
    length: i64,
    errors_per_minute: i64,
    /// What the error counter shows before it.
    errors_before: i64,
}

impl Incident {
    fn errors_at(self, minute: i64) -> f64 {
        let bad_minutes = (minute - self.onset).clamp(0, self.length);
        (self.errors_before + bad_minutes * self.errors_per_minute) as f64
    }

    fn burn_rate(self) -> f64 {
        self.errors_per_minute as f64 / REQUESTS_PER_MINUTE as f64 / 0.001
    }
}

fn slo() -> Slo {
    Slo::http("orders", "shop", 0.999, 30 * DAY, 5)
}

/// The generated rules, evaluated every minute from five minutes before the onset to `minutes` after it.
fn run(incident: Incident, semantics: Semantics, minutes: i64) -> (Vec<AlertTransition>, Store) {
    let text = rules_yaml(&[slo()]).replace("interval: 30s", "interval: 1m");
    let rules = RuleFile::parse("slo.yml", &text).expect("generated rules are valid");
    let options = EvaluatorOptions {
        default_interval_ms: MINUTE,
        promql: Options { semantics, ..Options::default() },
        external_labels: Labels::default(),
        start_ms: (incident.onset - 5) * MINUTE,
    };
    let mut evaluator = Evaluator::new(vec![rules], options);
    let mut store = Store::new(StoreOptions::default());
    let series = |status: &str| -> Labels {
        let name = "http_server_request_duration_seconds_count";
        [("__name__", name), ("service_name", "shop"), ("http_response_status_code", status)]
            .into_iter()
            .collect()
    };
    let (good, bad) = (store.resolve(&series("200")), store.resolve(&series("503")));
    let mut transitions = Vec::new();
    for minute in 0..=incident.onset + minutes {
        let now_ms = minute * MINUTE;
        let errors = incident.errors_at(minute);
        let all = ((minute + 1000) * REQUESTS_PER_MINUTE + incident.errors_before) as f64;
        store.append(bad, now_ms, errors).expect("in order");
        store.append(good, now_ms, all - errors).expect("in order");
        transitions.extend(evaluator.evaluate(now_ms, &mut store).transitions);
    }
    (transitions, store)
}

/// Minutes from the onset to the first firing, and from the recovery to the last.
fn first_and_last(transitions: &[AlertTransition], alert: &BurnAlert, incident: Incident) -> (i64, i64) {
    let own = |to| {
        let found = transitions.iter().find(|change| change.alert == alert.name && change.to == to);
        found.unwrap_or_else(|| panic!("{} never becomes {to:?}", alert.name)).time_ms / MINUTE
    };
    let last = own(AlertState::Inactive) - 1;
    (own(AlertState::Firing) - incident.onset, last - incident.onset - incident.length)
}

#[test]
fn alerts_fire_and_stop_as_the_closed_forms_say() {
    // Errors per minute, how many minutes they last, and what promtool 2.42 gave.
    let table: [(i64, i64, &[Expected]); 5] = [
        (300, 120, &[(0, 18, 3), (1, 44, 26), (2, 87, 112), (3, 87, 352)]),
        (90, 90, &[(0, 58, 0)]),
        (42, 360, &[(1, 309, 4)]),
        (24, 1200, &[(2, 1081, 29), (3, 1081, 269)]),
        (12, 2400, &[(3, 2161, 179)]),
    ];
    for (errors_per_minute, length, expected) in table {
        let onset = 3 * 24 * 60 + 10;
        let incident = Incident { onset, length, errors_per_minute, errors_before: 1_000_000 };
        let burn = incident.burn_rate();
        for (semantics, lost) in [(Semantics::V2, 0.0), (Semantics::V3, 1.0)] {
            let (transitions, _) = run(incident, semantics, length + 360);
            for &(alert, first, last) in expected {
                let alert = &BURN_ALERTS[alert];
                let factor = alert.factor(&slo());
                let (long, short) =
                    ((alert.long_ms / MINUTE) as f64 - lost, (alert.short_ms / MINUTE) as f64 - lost);
                let detected = (factor * long / burn + 1e-9).floor() as i64 + 1;
                let reset = (short * (1.0 - factor / burn) - 1e-9).ceil() as i64 - 1;
                let got = first_and_last(&transitions, alert, incident);
                assert_eq!(got, (detected, reset), "{} at {burn} in {semantics:?}", alert.name);
                if semantics == Semantics::V2 {
                    assert_eq!(got, (first, last), "{} at {burn}", alert.name);
                }
            }
        }
    }
}

/// H minutes of history where the window asks for more: T = f · b · H / (e − f · b) while H + T < W.
#[test]
fn short_history_makes_long_windows_fire_early() {
    let onset = 43;
    let incident = Incident { onset, length: 60, errors_per_minute: 90, errors_before: 1_000_000 };
    let (transitions, _) = run(incident, Semantics::V3, 60);
    let first = |name: &str| {
        let fired = |change: &&AlertTransition| change.alert == name && change.to == AlertState::Firing;
        transitions.iter().find(fired).map(|change| change.time_ms / MINUTE - onset)
    };
    for alert in &BURN_ALERTS[1..] {
        let threshold = alert.factor(&slo()) * 0.001;
        let expected = threshold * onset as f64 / (0.015 - threshold);
        assert_eq!(first(alert.name), Some(expected.floor() as i64 + 1), "{}", alert.name);
    }
}

/// What a window of five minutes shows of an error ratio of 5 % two minutes after the onset.
#[test]
fn a_short_window_shows_scrapes_and_not_time() {
    for (semantics, errors_before, expected) in [
        (Semantics::V2, 1_000_000, 0.02),
        (Semantics::V3, 1_000_000, 0.025),
        // `rate` extrapolates the successes to the whole window, but no counter below zero.
        (Semantics::V3, 0, 600.0 / (23_400.0 * 5.0 / 4.0 + 600.0)),
    ] {
        let incident = Incident { onset: 30, length: 60, errors_per_minute: 300, errors_before };
        let (_, store) = run(incident, semantics, 2);
        let labels = [("__name__", "slo:sli_error:ratio_rate5m"), ("slo", "orders"), ("service", "shop")];
        let id = store.find(&labels.into_iter().collect()).expect("it is recorded");
        let ratio = store.latest(id, 32 * MINUTE).expect("it has samples").value;
        assert!((ratio - expected).abs() < 1e-12, "{semantics:?}: {ratio} and not {expected}");
    }
}
