//! `budget … remaining … at end`.

use scenario_lang::plan::Check;
use scenario_lang::quantity::{Comparison, Value};
use verdict::flight::Budget;
use verdict::verdict::EvidenceKind::Sample;
use verdict::verdict::Outcome::{Held, Inconclusive, Violated};

use crate::fixture::*;

fn remaining(ratio: f64) -> Check {
    let op = Value::Comparison(Comparison::GreaterOrEqual);
    check("budget", 0, &[("slo", name("orders")), ("op", op), ("value", Value::Ratio(ratio))], &[])
}

/// Thirty days at 100 requests a second of which one in a thousand may fail.
fn budget(bad: f64, covered_s: f64) -> verdict::flight::Flight {
    let mut flight = flight();
    flight.budgets = vec![Budget { total: 100.0 * covered_s, bad, assumed_rate: 100.0, covered_s }];
    flight
}

#[test]
fn what_is_left() {
    let month = 30.0 * 86_400.0;
    let allowed = month * 100.0 * 0.001;
    for covered_s in [month, 7_200.0] {
        let flight = budget(0.05 * allowed, covered_s);
        assert_eq!(judged(remaining(0.94), &flight).outcome, Held, "95 % is left, however much is covered");
        assert_eq!(judged(remaining(0.96), &flight).outcome, Violated);
    }
    let verdict = judged(remaining(0.0), &budget(2.0 * allowed, month));
    assert_eq!(
        (verdict.outcome, verdict.reason.as_str()),
        (Violated, "-100% of the budget of orders is left at the end")
    );
    assert_eq!(evidence(&verdict, Sample), ["518400 bad of 259200000 requests, 259200 allowed"]);
}

#[test]
fn more_coverage_than_the_period_adds_nothing() {
    let month = 30.0 * 86_400.0;
    let verdict = judged(remaining(0.0), &budget(129_600.0, 2.0 * month));
    assert_eq!(verdict.reason, "75% of the budget of orders is left at the end");
}

#[test]
fn nothing_counted() {
    assert_eq!(judged(remaining(0.5), &budget(0.0, 0.0)).outcome, Inconclusive);
    let mut flight = flight();
    flight.budgets.clear();
    assert_eq!(judged(remaining(0.5), &flight).outcome, Inconclusive);
}

#[test]
fn a_perfect_objective_has_no_budget() {
    let mut plan = plan(vec![remaining(0.5)]);
    plan.slos[0].objective = 1.0;
    assert_eq!(verdict::judge(&plan, &flight(), Some(&twin()))[0].outcome, Inconclusive);
}
