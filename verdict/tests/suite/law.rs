//! The rules that hold for every kind of check: no verdict without evidence.

use scenario_lang::parse::parse;
use scenario_lang::quantity::{Value, When};
use scenario_lang::span::FileId;
use scenario_lang::vocabulary::Vocabulary;
use verdict::checks::vocabulary;
use verdict::judge;
use verdict::verdict::EvidenceKind::{Expected, Happened};
use verdict::verdict::Outcome::{self, Held, Inconclusive, Violated};

use crate::fixture::*;

fn fires() -> scenario_lang::plan::Check {
    let when = Value::When(within(6, "bad-deploy", false));
    check("alert", 0, &[("alert", name("Burn")), ("when", when)], &[0])
}

/// Each example of the vocabulary is a statement of the language.
#[test]
fn examples_are_read() {
    let checks = vocabulary();
    let words = Vocabulary { checks: checks.clone(), ..Vocabulary::default() };
    words.verify().unwrap();
    for spec in checks {
        let (_, diagnostics) = parse(&format!("expect {{\n  {}\n}}\n", spec.example), FileId(0), &words);
        assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", spec.example);
    }
}

#[test]
fn a_fault_that_hit_nothing_leaves_all_that_names_it_open() {
    let mut flight = flight();
    for (seen, matched, happened) in [
        (0, 0, "no request passed where it acts"),
        (900, 0, "900 requests passed where it acts, none of them in its window"),
        (900, 80, "80 requests passed in its window, none was hit"),
    ] {
        flight.effects[0].hits.clear();
        (flight.effects[0].seen, flight.effects[0].matched) = (seen, matched);
        let verdict = judged(fires(), &flight);
        assert_eq!((verdict.outcome, evidence(&verdict, Happened)), (Inconclusive, vec![happened]));
        assert_eq!(verdict.reason, "fault `bad-deploy` hit nothing, so nothing can be learnt from it");
    }
    flight.transitions.clear();
    assert_eq!(judged(fires(), &flight).outcome, Inconclusive, "even what would be violated");
    flight.effects.clear();
    assert_eq!(judged(fires(), &flight).outcome, Inconclusive, "what was not recorded is not proved");
}

#[test]
fn what_names_no_fault_does_not_depend_on_any() {
    let mut flight = flight();
    flight.effects[0].hits.clear();
    flight.transitions.clear();
    assert_eq!(judged(check("alert", 1, &[("alert", name("Burn"))], &[]), &flight).outcome, Held);
}

#[test]
fn an_alert_that_fires_without_faults_proves_nothing() {
    let plan = plan(vec![fires()]);
    let mut twin = twin();
    let judged = |twin: Option<&_>| judge(&plan, &flight(), twin).remove(0);
    assert_eq!(judged(Some(&twin)).outcome, Held);
    twin.transitions = firing("Ticket", 20.0, 22.0, None);
    assert_eq!(judged(Some(&twin)).outcome, Held, "another alert does not matter");
    twin.transitions = firing("Burn", 20.0, 22.0, None).drain(..1).collect();
    assert_eq!(judged(Some(&twin)).outcome, Held, "nor does one that is only pending");
    twin.transitions = firing("Burn", 20.0, 22.0, None);
    let verdict = judged(Some(&twin));
    assert_eq!(verdict.outcome, Inconclusive);
    assert_eq!(
        verdict.reason,
        "Burn fires without any fault as well, at +22m (09:22:00), so its firing proves nothing"
    );
    assert_eq!(judged(None).outcome, Inconclusive, "nothing to compare with");
}

#[test]
fn a_violation_stays_one_whatever_the_twin_does() {
    let mut flight = flight();
    flight.transitions = firing("Burn", 20.0, 22.0, Some(30.0));
    let plan = plan(vec![fires()]);
    let mut twin = twin();
    twin.transitions.clone_from(&flight.transitions);
    assert_eq!(judge(&plan, &flight, Some(&twin))[0].outcome, Violated);
}

#[test]
fn without_faults_the_flight_is_its_own_twin() {
    let when = Value::When(When::AtEnd);
    let mut plan = plan(vec![check("alert", 0, &[("alert", name("Burn")), ("when", when)], &[])]);
    plan.faults.clear();
    let mut flight = flight();
    flight.transitions = firing("Burn", 20.0, 22.0, None);
    assert_eq!(judge(&plan, &flight, None)[0].outcome, Held);
}

#[test]
fn an_empty_part_of_the_run_is_inconclusive() {
    let mut plan = plan(vec![check(
        "alert",
        1,
        &[("alert", name("Burn")), ("when", Value::When(When::Before(anchor("bad-deploy", false))))],
        &[0],
    )]);
    plan.faults[0].from = minutes(0);
    assert_eq!(judge(&plan, &flight(), Some(&twin()))[0].outcome, Inconclusive);
}

#[test]
fn a_check_that_is_not_known_or_not_whole_is_inconclusive() {
    let verdict = judged(check("chart", 0, &[], &[]), &flight());
    assert_eq!((verdict.outcome, verdict.reason.as_str()), (Inconclusive, "no check is called `chart`"));
    for spec in vocabulary().into_iter().filter(|spec| spec.keyword != "no") {
        assert_eq!(
            judged(check(spec.keyword, 0, &[], &[]), &flight()).outcome,
            Inconclusive,
            "{}",
            spec.keyword
        );
    }
}

#[test]
fn a_violation_shows_what_was_expected_and_what_happened() {
    let mut flight = flight();
    flight.transitions.clear();
    flight.notifications.clear();
    let when = || ("when", Value::When(within(6, "bad-deploy", false)));
    let checks = vec![
        fires(),
        check("alert", 2, &[("alert", name("Burn")), when()], &[0]),
        check("page", 0, &[("receiver", name("oncall")), when()], &[0]),
    ];
    for verdict in judge(&plan(checks), &flight, Some(&twin())) {
        assert_eq!(verdict.outcome, Violated);
        for kind in [Expected, Happened] {
            assert_eq!(evidence(&verdict, kind).len(), 1, "{}", verdict.text);
        }
    }
}

#[test]
fn the_gravest_outcome_is_that_of_the_whole() {
    assert_eq!(Outcome::overall([Held, Held]), Held);
    assert_eq!(Outcome::overall([Held, Inconclusive]), Inconclusive);
    assert_eq!(Outcome::overall([Inconclusive, Violated, Held]), Violated);
    assert_eq!(Outcome::overall([]), Inconclusive, "nothing was judged");
}
