//! `client p95 < 40ms`, `client errors < 1%`.

use std::time::Duration;

use scenario_lang::plan::Check;
use scenario_lang::quantity::{Comparison, Value, When};
use sim_core::load::Outcomes;
use verdict::checks::cuts;
use verdict::verdict::EvidenceKind::By;
use verdict::verdict::Outcome::{Held, Inconclusive, Violated};

use crate::fixture::*;

fn quantile(quantile: f64, limit_us: u64, when: Option<When>) -> Check {
    let mut values = vec![
        ("quantile", Value::Quantile(quantile)),
        ("op", Value::Comparison(Comparison::Less)),
        ("limit", Value::Duration(Duration::from_micros(limit_us))),
    ];
    values.extend(when.map(|when| ("when", Value::When(when))));
    check("client", 0, &values, &[])
}

fn errors(limit: f64, when: Option<When>) -> Check {
    let mut values = vec![("op", Value::Comparison(Comparison::Less)), ("limit", Value::Ratio(limit))];
    values.extend(when.map(|when| ("when", Value::When(when))));
    check("client", 1, &values, &[])
}

fn outside() -> Option<When> {
    Some(When::Outside("bad-deploy".to_owned()))
}

/// Latencies are 1.0 to 1.9 ms, one of each in ten; what fails takes 2 ms.
#[test]
fn a_quantile_of_all_segments_in_the_window() {
    assert_eq!(judged(quantile(0.5, 1_450, outside()), &flight()).outcome, Held);
    let verdict = judged(quantile(0.5, 1_350, outside()), &flight());
    assert_eq!(
        (verdict.outcome, verdict.reason.as_str()),
        (Violated, "p50 was 1.4ms over 1\u{a0}100 requests")
    );
    assert_eq!(evidence(&verdict, By), ["50us above the limit"]);
    assert_eq!(judged(quantile(1.0, 1_950, outside()), &flight()).outcome, Held);
    assert_eq!(
        judged(quantile(1.0, 1_950, None), &flight()).outcome,
        Violated,
        "the whole run has the failures"
    );
}

#[test]
fn the_share_of_errors() {
    assert_eq!(judged(errors(0.21, Some(during("bad-deploy"))), &flight()).outcome, Held);
    let verdict = judged(errors(0.2, Some(during("bad-deploy"))), &flight());
    assert_eq!((verdict.outcome, verdict.reason.as_str()), (Violated, "20 of 100 requests failed, 20%"));
    assert_eq!(judged(errors(0.001, outside()), &flight()).outcome, Held);
}

#[test]
fn no_requests_never_hold() {
    let mut flight = flight();
    flight.outcomes = Outcomes::new(&[ns(0.0), ns(75.0), ns(85.0), ns(120.0)]);
    assert_eq!(judged(quantile(0.5, 9_999, None), &flight).outcome, Inconclusive);
    assert_eq!(judged(errors(0.5, None), &flight).outcome, Inconclusive);
    assert_eq!(judged(errors(0.5, Some(When::AtEnd)), &crate::fixture::flight()).outcome, Inconclusive);
}

#[test]
fn a_generator_that_cannot_keep_up_is_inconclusive() {
    let mut flight = flight();
    flight.outcomes.dropped = 12;
    assert_eq!(judged(quantile(0.5, 9_999, None), &flight).outcome, Held, "one in a hundred is tolerated");
    flight.outcomes.late = 1;
    let verdict = judged(quantile(0.5, 9_999, None), &flight);
    assert_eq!(verdict.outcome, Inconclusive);
    assert_eq!(
        verdict.reason,
        "the generator could not keep up: of 1\u{a0}200 planned requests 12 were dropped and 1 late"
    );
}

/// A segment across the edge of the window is not taken for either side; the cuts of the plan avoid that.
#[test]
fn segments_must_fit_the_window() {
    let settled = When::During { fault: "bad-deploy".to_owned(), after: minutes(2) };
    let check = quantile(0.5, 9_999, Some(settled));
    assert_eq!(judged(check.clone(), &flight()).outcome, Inconclusive);
    let cuts = cuts(&plan(vec![check.clone()]));
    assert_eq!(cuts, [0, 75, 77, 85, 120].map(minutes));
    let mut flight = flight();
    let planned = flight.outcomes.planned;
    flight.outcomes =
        Outcomes::new(&cuts.iter().map(|cut| START_NS + cut.as_nanos() as i64).collect::<Vec<_>>());
    (flight.outcomes.planned, flight.outcomes.sent) = (planned, planned);
    for minute in [76.0, 78.0] {
        let intended_ns = ns(minute);
        flight.outcomes.record(sim_core::load::Outcome {
            intended_ns,
            end_ns: intended_ns + 1_500_000,
            status: 200,
        });
    }
    let verdict = judged(check, &flight);
    assert_eq!((verdict.outcome, verdict.reason.as_str()), (Held, "p50 was 1.5ms over 1 request"));
}
