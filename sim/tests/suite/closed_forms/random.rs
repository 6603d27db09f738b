//! Random hits: every alert keeps within one evaluation and three standard deviations of its closed form, for 95 % of
//! 200 seeds.
//!
//! The closed form takes the short window to be above the threshold when the long one gets there. Where an error
//! ratio is only just above it, random hits make the short window waver: at 1.5 % and 80 requests a second, the fast
//! alert's is 0.8 standard deviations above the threshold, and about 13 seeds of 200 fire late (1 with the long
//! window alone). So near the threshold, only evenly spaced hits have a closed form.

use std::time::Duration;

use observatory::rules::RuleFile;
use scenario_lang::plan::Arrivals;

use super::alerts::{ALERTS, Alert, FAST, MEDIUM, Predicted, SLOW, STEADY};
use super::requests::Requests;
use super::watched::{EVALUATION_S, History, Watched, first_s, resolved_s, shipped_rules};

const SEEDS: u64 = 200;
/// The seeds that may miss: 5 %.
const MISSES: usize = SEEDS as usize / 20;

/// Longer than any window.
const LONG_S: i64 = 4 * 86_400;

/// An incident, of which every seed sees its own.
#[derive(Debug, Clone, Copy)]
struct Case {
    /// The error ratio.
    share: f64,
    /// Requests per second.
    rate: f64,
    history_s: i64,
    /// The alerts that are looked at.
    alerts: &'static [Alert],
    /// Whether the incident ends, and it is looked at when the first of them is resolved.
    ends: bool,
}

impl Case {
    fn fires(&self, alert: &Alert) -> Predicted {
        let above = self.share - alert.threshold();
        let deviation = (self.share / (alert.short_s * self.rate)).sqrt();
        assert!(above > 2.0 * deviation, "the short window of {} wavers in {self:?}", alert.name);
        let early = alert.fires_early(self.share, self.rate, self.history_s as f64);
        let is_short = self.history_s as f64 + early.time_s < alert.long_s;
        if is_short { early } else { alert.fires(self.share, self.rate) }
    }

    /// What each prediction is called, and whether it holds.
    fn holds(&self, rules: &RuleFile, arrivals: Arrivals, seed: u64) -> Vec<(String, bool)> {
        let evaluation_s = EVALUATION_S as f64;
        // Onsets are spread over the time between two evaluations.
        let onset_s = evaluation_s * seed as f64 / SEEDS as f64;
        let fires: Vec<Predicted> = self.alerts.iter().map(|alert| self.fires(alert)).collect();
        let stops = self.alerts[0].stops(self.share, self.rate);
        let recovery_s = onset_s + fires.iter().map(|fires| fires.latest_s()).fold(0.0, f64::max);
        let end_s = recovery_s + evaluation_s + if self.ends { stops.latest_s() } else { 0.0 };
        let requests = Requests {
            seed,
            arrivals,
            rate: self.rate,
            share: self.share,
            fault: (onset_s * 1e9) as u64..(recovery_s * 1e9) as u64,
            run: Duration::from_secs_f64(end_s),
        };

        // The first evaluation comes before anything may fire: what fires then, fires too early.
        let earliest_s =
            fires.iter().map(|fires| fires.time_s - fires.bound_s()).fold(f64::INFINITY, f64::min);
        let first_evaluation = (((onset_s + earliest_s) / evaluation_s) as i64 - 1).max(0);
        let history = History { seconds: self.history_s, rate: self.rate, errors: 1e6 };
        let mut watched = Watched::new(rules, history, first_evaluation * EVALUATION_S);
        let mut transitions = Vec::new();
        for counts in requests.counts() {
            transitions.extend(watched.scrape(counts));
            let fired = |alert: &Alert| first_s(&transitions, alert.name).is_some();
            if !self.ends && self.alerts.iter().all(fired) {
                break;
            }
        }

        let since = |moment_s: f64, seen_s: Option<i64>| Some(seen_s? as f64 - moment_s);
        let mut holds = Vec::new();
        for (alert, fires) in self.alerts.iter().zip(fires) {
            let seen_s = since(onset_s, first_s(&transitions, alert.name));
            holds.push((format!("{} fires", alert.name), fires.holds(seen_s)));
        }
        if self.ends {
            let name = self.alerts[0].name;
            let seen_s = since(recovery_s, resolved_s(&transitions, name));
            holds.push((format!("{name} is resolved"), stops.holds(seen_s)));
        }
        holds
    }
}

/// Every prediction of every case holds for 95 % of the seeds.
fn check(arrivals: Arrivals, cases: &[Case]) {
    let rules = shipped_rules();
    for case in cases {
        let mut misses = Vec::new();
        for seed in 0..SEEDS {
            let missed = case.holds(&rules, arrivals, seed).into_iter().filter(|(_, holds)| !holds);
            misses.extend(missed.map(|(prediction, _)| (prediction, seed)));
        }
        for (prediction, _) in &misses {
            let seeds: Vec<u64> =
                misses.iter().filter(|miss| miss.0 == *prediction).map(|miss| miss.1).collect();
            assert!(seeds.len() <= MISSES, "{prediction} in {case:?}: not for the seeds {seeds:?}");
        }
    }
}

/// The shipped scenario's rate.
const BUSY: [Case; 5] = [
    Case { share: 0.5, ..BUSY_FAST },
    Case { share: 0.2, alerts: &ALERTS, ..BUSY_FAST },
    Case { share: 0.1, ..BUSY_FAST },
    Case { share: 0.05, ..BUSY_FAST },
    Case { share: 0.02, ..BUSY_FAST },
];
const BUSY_FAST: Case = Case { share: 0.0, rate: 80.0, history_s: LONG_S, alerts: &[FAST], ends: true };

#[test]
fn times_keep_within_the_bound_with_poisson_arrivals() {
    check(Arrivals::Poisson, &BUSY);
}

#[test]
fn times_keep_within_the_bound_with_even_arrivals() {
    check(Arrivals::Even, &BUSY);
}

/// Slow burns, which only the long windows see. Fewer requests, as they take days; the bound is the wider for it.
#[test]
fn slow_burns_keep_within_the_bound() {
    let case = |share, rate, alerts| Case { share, rate, history_s: LONG_S, alerts, ends: false };
    let cases = [case(0.01, 10.0, &[MEDIUM] as &[_]), case(0.004, 4.0, &[SLOW]), case(0.002, 2.0, &[STEADY])];
    check(Arrivals::Poisson, &cases);
}

#[test]
fn short_history_keeps_within_the_bound() {
    let case = |share, minutes: i64, alerts| Case {
        share,
        rate: 80.0,
        history_s: minutes * 60,
        alerts,
        ends: false,
    };
    let cases = [
        case(0.2, 20, &[FAST] as &[_]),
        case(0.05, 20, &[FAST]),
        case(0.05, 30, &[MEDIUM, SLOW, STEADY]),
        case(0.03, 240, &[MEDIUM]),
    ];
    check(Arrivals::Poisson, &cases);
}
