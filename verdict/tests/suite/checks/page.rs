//! `page … within …, at most …`.

use observatory::alertmanager::Fate;
use scenario_lang::quantity::Value;
use verdict::flight::Flight;
use verdict::verdict::EvidenceKind::{By, Link};
use verdict::verdict::Outcome::{Held, Inconclusive, Violated};
use verdict::verdict::Verdict;

use crate::fixture::*;

fn judged(flight: &Flight) -> Verdict {
    judged_with(flight, &twin())
}

/// `page oncall within 7m of bad-deploy, at most 1`, and `alert Burn fires …` beside it.
fn judged_with(flight: &Flight, twin: &Flight) -> Verdict {
    let when = Value::When(within(7, "bad-deploy", false));
    let page = [("receiver", name("oncall")), ("when", when.clone()), ("max", Value::Count(1))];
    let fires = check("alert", 0, &[("alert", name("Burn")), ("when", when)], &[0]);
    let plan = plan(vec![check("page", 0, &page, &[0]), fires]);
    verdict::judge(&plan, flight, Some(twin)).remove(0)
}

/// Nobody was notified, and the alert ended so.
fn unpaged(fate: Fate) -> Flight {
    let mut flight = flight();
    flight.notifications.clear();
    flight.fates = vec![fate];
    flight
}

#[test]
fn paged_in_time() {
    let verdict = judged(&flight());
    assert_eq!(
        (verdict.outcome, verdict.reason.as_str()),
        (Held, "oncall was paged 5m after bad-deploy, at +1h20m (10:20:00)")
    );
}

#[test]
fn paged_too_late() {
    let mut flight = flight();
    flight.notifications = vec![page(84.5, "oncall", "Burn")];
    let verdict = judged(&flight);
    assert_eq!((verdict.outcome, evidence(&verdict, By)), (Violated, vec!["2m30s too late"]));
    let held = "Burn{severity=\"page\"} reached the Alertmanager at +1h19m30s (10:19:30) and was held for 5m";
    assert_eq!(evidence(&verdict, Link), [held.replace("Burn{", "{alertname=\"Burn\",")]);
}

#[test]
fn paged_before_only() {
    let mut flight = flight();
    flight.notifications = vec![page(20.0, "oncall", "Burn")];
    let verdict = judged(&flight);
    assert_eq!(
        (verdict.outcome, verdict.reason.as_str()),
        (Violated, "oncall was paged, but not in that part of the run")
    );
}

#[test]
fn at_most_counts_the_whole_run_but_neither_repeats_nor_resolutions_nor_others() {
    let mut flight = flight();
    let mut repeat = page(110.0, "oncall", "Burn");
    repeat.repeat = true;
    flight.notifications.extend([repeat, page(100.0, "tickets", "Burn")]);
    assert_eq!(judged(&flight).outcome, Held);
    flight.notifications.push(page(115.0, "oncall", "Ticket"));
    let verdict = judged(&flight);
    assert_eq!((verdict.outcome, evidence(&verdict, By)), (Violated, vec!["1 too many"]));
    assert_eq!(verdict.reason, "oncall got 2 pages, at most 1 expected");
}

#[test]
fn a_repeat_is_no_page() {
    let mut flight = flight();
    flight.notifications.iter_mut().for_each(|sent| sent.repeat = true);
    assert_eq!(judged(&flight).outcome, Violated);
}

/// Says where the alert ended instead.
#[test]
fn names_the_link_that_broke() {
    let reason = |flight: &Flight| {
        let verdict = judged(flight);
        assert_eq!(verdict.outcome, Violated);
        verdict
            .reason
            .replace("oncall was never paged: ", "")
            .replace("alertname=\"Burn\",severity=\"page\"", "Burn")
    };
    assert_eq!(
        reason(&unpaged(fate("Burn", &["tickets"], 79.5))),
        "{Burn} fired at +1h19m30s (10:19:30) and was routed to tickets"
    );
    assert_eq!(
        reason(&unpaged(fate("Burn", &["tickets", "oncall"], 79.5))),
        "{Burn} fired at +1h19m30s (10:19:30) and was still waiting in its group when the run ended"
    );
    let inhibited =
        Fate { inhibited_by: Some((labels("Outage"), ms(79.75))), ..fate("Burn", &["oncall"], 79.5) };
    assert_eq!(
        reason(&unpaged(inhibited)),
        "{Burn} was inhibited by {alertname=\"Outage\",severity=\"page\"} at +1h19m45s (10:19:45)"
    );
    let mut unsent = unpaged(fate("Burn", &[], 79.5));
    unsent.fates.clear();
    assert_eq!(reason(&unsent), "Burn fired but never reached the Alertmanager");
    unsent.transitions.clear();
    assert!(reason(&unsent).starts_with("the expression of Burn came to 3.2 of 14.4"));
}

#[test]
fn the_link_nearest_to_the_page_comes_first() {
    let mut flight = unpaged(fate("Ticket", &["tickets"], 79.0));
    flight.fates.push(fate("Burn", &["oncall"], 79.5));
    assert!(judged(&flight).reason.ends_with("still waiting in its group when the run ended"));
    flight.fates = vec![fate("Burn", &["tickets"], 79.0), fate("Ticket", &["oncall"], 79.5)];
    assert!(judged(&flight).reason.contains("Ticket"), "whatever is routed there might have paged");
    flight.fates = vec![fate("Ticket", &["tickets"], 79.0)];
    flight.transitions.clear();
    let verdict = judged(&flight);
    assert!(verdict.reason.contains("the expression of Burn came to"), "what should have paged tells more");
    assert!(evidence(&verdict, Link)[1].ends_with("was routed to tickets"));
}

#[test]
fn a_page_for_what_fires_without_faults_proves_nothing() {
    let mut twin = twin();
    twin.transitions = firing("Burn", 20.0, 22.0, None);
    assert_eq!(judged_with(&flight(), &twin).outcome, Inconclusive);
    let mut both = flight();
    both.notifications[0].alerts.extend(page(80.0, "oncall", "Ticket").alerts);
    assert_eq!(judged_with(&both, &twin).outcome, Held, "one alert of the page proves something");
}
