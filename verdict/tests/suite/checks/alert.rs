//! `alert … fires`, `never fires`, `resolves`.

use observatory::rules::AlertState::{Inactive, Pending};
use scenario_lang::plan::Check;
use scenario_lang::quantity::{Value, When};
use verdict::verdict::EvidenceKind::{By, Happened, Link};
use verdict::verdict::Outcome::{Held, Inconclusive, Violated};

use crate::fixture::*;

fn fires(limit: u64) -> Check {
    let when = Value::When(within(limit, "bad-deploy", false));
    check("alert", 0, &[("alert", name("Burn")), ("when", when)], &[0])
}

fn never(when: When) -> Check {
    check("alert", 1, &[("alert", name("Burn")), ("when", Value::When(when))], &[0])
}

fn resolves(limit: u64) -> Check {
    let when = Value::When(within(limit, "bad-deploy", true));
    check("alert", 2, &[("alert", name("Burn")), ("when", when)], &[0])
}

#[test]
fn fires_in_time() {
    let verdict = judged(fires(6), &flight());
    assert_eq!(verdict.outcome, Held);
    assert_eq!(verdict.reason, "Burn fired 4m30s after bad-deploy, at +1h19m30s (10:19:30)");
}

#[test]
fn the_deadline_itself_is_in_time() {
    let at = |minute| {
        let mut flight = flight();
        flight.transitions = firing("Burn", 76.0, minute, None);
        judged(fires(6), &flight).outcome
    };
    assert_eq!(at(81.0), Held);
    assert_eq!(at(81.001), Violated);
}

#[test]
fn fires_too_late_and_by_how_much() {
    let mut flight = flight();
    flight.transitions = firing("Burn", 80.0, 82.5, None);
    let verdict = judged(fires(6), &flight);
    assert_eq!(verdict.outcome, Violated);
    assert_eq!(verdict.reason, "Burn fired too late, 7m30s after bad-deploy, at +1h22m30s (10:22:30)");
    assert_eq!(evidence(&verdict, By), ["1m30s too late"]);
}

#[test]
fn fired_before_only() {
    let mut flight = flight();
    flight.transitions = firing("Burn", 10.0, 12.0, Some(20.0));
    let verdict = judged(fires(6), &flight);
    assert_eq!(
        (verdict.outcome, verdict.reason.as_str()),
        (Violated, "Burn fired, but not in that part of the run")
    );
    assert_eq!(evidence(&verdict, Happened), ["it fired from +12m (09:12:00) to +20m (09:20:00)"]);
}

/// Each way in which an alert can fail to fire names the link that broke, and the nearest to firing wins.
#[test]
fn names_the_broken_link() {
    let mut flight = flight();
    flight.transitions.clear();
    let mut reason = |bend: &dyn Fn(&mut verdict::flight::Flight)| {
        bend(&mut flight);
        let verdict = judged(fires(6), &flight);
        assert_eq!(verdict.outcome, Violated);
        (verdict.reason.replace("Burn never fired: ", ""), evidence(&verdict, Link)[0].to_owned())
    };
    let (short, long) = reason(&|_| ());
    assert_eq!(short, "its expression came to 3.2 of 14.4");
    assert_eq!(
        long,
        "the expression of Burn came to 3.2 of 14.4 at +1h15m30s (10:15:30), 22% of the threshold (`burn > 14.4`)"
    );
    let (short, _) = reason(&|flight| flight.rules[0].reach = None);
    assert_eq!(short, "its expression never had a result");
    let (short, long) = reason(&|flight| flight.rules[0].matched = 0);
    assert_eq!(short, "a selector of its rule matched no series");
    assert_eq!(long, "a selector of Burn matched no series in any of 480 evaluations");
    let (short, long) = reason(&|flight| {
        flight.rules[0].failures = 480;
        flight.rules[0].last_error = Some("many-to-many matching".to_owned());
    });
    assert_eq!(short, "every evaluation of its rule failed");
    assert_eq!(long, "all of 480 evaluations of Burn failed: many-to-many matching");
    let (short, _) = reason(&|flight| {
        flight.rules[0].evaluations = 0;
        flight.rules[0].failures = 0;
    });
    assert_eq!(short, "its rule was never evaluated");
    let (short, _) = reason(&|flight| flight.rules.push(rule("Burn")));
    assert_eq!(short, "its expression came to 3.2 of 14.4", "of two rules the one that came nearer");
    let (short, long) = reason(&|flight| {
        flight.transitions =
            vec![transition(76.0, "Burn", Inactive, Pending), transition(77.5, "Burn", Pending, Inactive)];
    });
    assert_eq!(short, "it was pending for 1m30s of its `for` of 2m");
    assert!(long.ends_with(
        "from +1h16m (10:16:00) for 1m30s of its `for` of 2m, then its expression had no result any more"
    ));
    let (short, _) = reason(&|flight| {
        flight.transitions.clear();
        flight.rules.clear();
    });
    assert_eq!(short, "no rule file has it");
}

#[test]
fn fires_at_end_means_that_it_fires_then() {
    let at_end = || check("alert", 0, &[("alert", name("Burn")), ("when", Value::When(When::AtEnd))], &[]);
    let mut flight = flight();
    assert_eq!(judged(at_end(), &flight).outcome, Violated);
    flight.transitions = firing("Burn", 77.0, 79.0, None);
    assert_eq!(judged(at_end(), &flight).outcome, Held);
    flight.transitions = firing("Burn", 77.0, 79.0, Some(120.0));
    assert_eq!(judged(at_end(), &flight).outcome, Violated, "the last evaluation resolves it");
}

#[test]
fn never_fires_before() {
    let verdict = judged(never(When::Before(anchor("bad-deploy", false))), &flight());
    assert_eq!(
        (verdict.outcome, verdict.reason.as_str()),
        (Held, "Burn did not fire there; the run has 480 evaluations of it")
    );
}

#[test]
fn never_fires_minds_what_fired_already() {
    let during = || never(during("bad-deploy"));
    let mut flight = flight();
    assert_eq!(judged(during(), &flight).outcome, Violated);
    flight.transitions = firing("Burn", 60.0, 62.0, Some(75.1));
    assert_eq!(judged(during(), &flight).outcome, Violated, "it still fires when the window begins");
    flight.transitions = firing("Burn", 60.0, 62.0, Some(75.0));
    assert_eq!(judged(during(), &flight).outcome, Held, "it is resolved when the window begins");
    flight.transitions = firing("Burn", 60.0, 62.0, None);
    assert_eq!(judged(during(), &flight).outcome, Violated, "it fires until the run ends");
    flight.transitions = firing("Burn", 60.0, 85.0, Some(90.0));
    assert_eq!(judged(during(), &flight).outcome, Held, "it fires when the window is over");
}

#[test]
fn the_last_moment_of_the_run_is_part_of_it() {
    let mut flight = flight();
    flight.transitions = firing("Burn", 118.0, 120.0, None);
    let never = |when| judged(never(when), &flight).outcome;
    assert_eq!(never(When::After(anchor("bad-deploy", true))), Violated);
    assert_eq!(never(When::Before(anchor("bad-deploy", true))), Held);
}

#[test]
fn silence_of_a_blind_rule_is_inconclusive() {
    let quiet = || {
        let mut flight = flight();
        flight.transitions.clear();
        flight
    };
    let never = || check("alert", 1, &[("alert", name("Burn"))], &[]);
    let judged = |flight: &_| judged(never(), flight);
    assert_eq!(judged(&quiet()).outcome, Held);
    let mut flight = quiet();
    flight.rules[0] = unmatched("Burn");
    assert_eq!(judged(&flight).outcome, Inconclusive);
    let mut flight = quiet();
    flight.rules[0].failures = 1;
    flight.rules[0].stretches[1].failed = 470;
    assert_eq!(judged(&flight).outcome, Inconclusive);
    let mut flight = quiet();
    flight.rules[0].evaluations = 0;
    assert_eq!(judged(&flight).outcome, Inconclusive);
    let mut flight = quiet();
    flight.rules.clear();
    assert_eq!(judged(&flight).outcome, Inconclusive);
}

/// Blind until the fault begins, or not evaluated then, a rule says nothing of that time, whatever it saw later.
#[test]
fn silence_is_judged_by_the_evaluations_of_its_own_window() {
    let mut flight = flight();
    let mut before = |stretches| {
        flight.rules[0].stretches = stretches;
        judged(never(When::Before(anchor("bad-deploy", false))), &flight)
    };
    let verdict = before(vec![stretch(0, 300, false), stretch(300, 180, true)]);
    assert_eq!(verdict.outcome, Inconclusive);
    assert_eq!(verdict.reason, "a selector of Burn (group burn) matched no series in any of 300 evaluations");
    let verdict = before(vec![stretch(300, 180, true)]);
    assert_eq!(verdict.reason, "Burn (group burn) was not evaluated in that part of the run");
    assert_eq!(before(vec![stretch(0, 299, false), stretch(299, 181, true)]).outcome, Held);
}

#[test]
fn resolves_in_time() {
    let verdict = judged(resolves(10), &flight());
    assert_eq!(verdict.outcome, Held);
    assert_eq!(verdict.reason, "Burn resolved 5m after bad-deploy end, at +1h30m (10:30:00)");
}

#[test]
fn resolves_at_end_means_that_it_no_longer_fires_then() {
    let at_end = || check("alert", 2, &[("alert", name("Burn")), ("when", Value::When(When::AtEnd))], &[]);
    let mut flight = flight();
    assert_eq!(judged(at_end(), &flight).outcome, Held);
    flight.transitions = firing("Burn", 77.0, 79.0, None);
    assert_eq!(judged(at_end(), &flight).outcome, Violated);
    flight.transitions.clear();
    assert_eq!(judged(at_end(), &flight).outcome, Violated, "what never fired cannot resolve");
}

#[test]
fn resolves_too_late_or_never() {
    let mut flight = flight();
    let verdict = judged(resolves(4), &flight);
    assert_eq!((verdict.outcome, evidence(&verdict, By)), (Violated, vec!["1m too late"]));
    flight.transitions = firing("Burn", 77.5, 79.5, None);
    let verdict = judged(resolves(10), &flight);
    assert_eq!((verdict.outcome, verdict.reason.as_str()), (Violated, "Burn still fires when the run ends"));
    flight.transitions = firing("Burn", 77.5, 79.5, Some(82.0));
    let verdict = judged(resolves(10), &flight);
    assert_eq!(
        (verdict.outcome, verdict.reason.as_str()),
        (Violated, "Burn did not stop firing in that part of the run")
    );
    flight.transitions.clear();
    let verdict = judged(resolves(10), &flight);
    assert_eq!(
        (verdict.outcome, evidence(&verdict, Link).len()),
        (Violated, 1),
        "what never fired cannot resolve"
    );
}

#[test]
fn the_last_resolution_counts() {
    let mut flight = flight();
    flight.transitions.extend(firing("Burn", 90.5, 92.0, Some(93.0)));
    assert!(judged(resolves(10), &flight).reason.starts_with("Burn resolved 8m after bad-deploy end"));
}

#[test]
fn an_alert_that_fires_again_is_not_resolved() {
    let mut flight = flight();
    flight.transitions.extend(firing("Burn", 90.5, 92.0, None));
    assert_eq!(judged(resolves(10), &flight).outcome, Violated);
}
