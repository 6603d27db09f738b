//! `no other alert fires`.

use observatory::rules::Stretch;
use scenario_lang::quantity::Value;
use verdict::flight::Flight;
use verdict::verdict::Outcome::{Held, Inconclusive, Violated};
use verdict::verdict::Verdict;

use crate::fixture::*;

/// With `Burn` named by another expectation.
fn judged(flight: &Flight) -> Verdict {
    let when = Value::When(within(6, "bad-deploy", false));
    let fires = check("alert", 0, &[("alert", name("Burn")), ("when", when)], &[0]);
    let plan = plan(vec![check("no", 0, &[], &[]), fires]);
    verdict::judge(&plan, flight, Some(&twin())).remove(0)
}

#[test]
fn the_others_are_silent() {
    let verdict = judged(&flight());
    assert_eq!((verdict.outcome, verdict.reason.as_str()), (Held, "1 other alert did not fire"));
}

#[test]
fn another_fires() {
    let mut flight = flight();
    flight.transitions.extend(firing("Ticket", 100.0, 101.0, None));
    let verdict = judged(&flight);
    assert_eq!((verdict.outcome, verdict.reason.as_str()), (Violated, "Ticket fired at +1h41m (10:41:00)"));
    flight.rules[1] = unmatched("Ticket");
    assert_eq!(judged(&flight).outcome, Violated, "what fired did fire, however blind its rule");
}

#[test]
fn a_pending_alert_does_not_fire() {
    let mut flight = flight();
    flight.transitions.extend(firing("Ticket", 100.0, 101.0, None).drain(..1));
    assert_eq!(judged(&flight).outcome, Held);
}

#[test]
fn a_rule_that_matches_no_series_is_named() {
    let mut flight = flight();
    flight.rules[1] = unmatched("Ticket");
    let verdict = judged(&flight);
    assert_eq!(verdict.outcome, Inconclusive);
    assert_eq!(
        verdict.reason,
        "a selector of Ticket (group burn) matched no series in any of 480 evaluations"
    );
}

#[test]
fn a_rule_that_fails_is_named() {
    let mut flight = flight();
    let failing = Stretch { failed: 3, ..stretch(0, 3, true) };
    flight.rules[1].failures = 3;
    flight.rules[1].stretches = vec![failing, stretch(3, 477, true)];
    flight.rules[1].last_error = Some("duplicate series".to_owned());
    let verdict = judged(&flight);
    assert_eq!(verdict.outcome, Inconclusive);
    assert_eq!(verdict.reason, "Ticket (group burn) failed in 3 of 480 evaluations: duplicate series");
}

#[test]
fn a_recording_rule_that_matches_nothing_blinds_as_well() {
    let mut flight = flight();
    let mut recording = unmatched("errors:rate5m");
    recording.alerting = false;
    flight.rules.push(recording);
    assert_eq!(judged(&flight).outcome, Inconclusive);
}

#[test]
fn the_rule_of_a_named_alert_is_left_to_its_own_expectation() {
    let mut flight = flight();
    flight.rules[0] = unmatched("Burn");
    assert_eq!(judged(&flight).outcome, Held);
}

#[test]
fn without_any_other_alert_nothing_is_shown() {
    let mut flight = flight();
    flight.rules.remove(1);
    assert_eq!(judged(&flight).outcome, Inconclusive);
}
