//! `page … within … of …, at most …`.

use std::collections::BTreeSet;

use observatory::alertmanager::{Fate, Notification, Status};
use scenario_lang::vocabulary::Spec;

use super::chain::broken_link;
use super::{Case, Row};
use crate::readable::{counted, duration_ns};
use crate::verdict::EvidenceKind::{By, Expected, Happened, Link, When as At};
use crate::verdict::{Finding, Outcome};
use crate::window::Window;

pub(super) const ROW: Row = Row {
    spec: Spec {
        keyword: "page",
        forms: &["page {receiver:receiver} {when:when} [, at most {max:count}]"],
        doc: "The receiver is notified of a firing alert in a part of the run. `at most` counts such notifications over \
              the whole run. Repeats of an unchanged notification do not count, nor do resolutions. A page of \
              which every alert fires without the faults as well is inconclusive.",
        example: "page sre-oncall within 7m of bad-deploy, at most 1",
    },
    judge,
};

fn judge(case: &Case) -> Result<Finding, String> {
    let receiver = case.slot("receiver", |phrase, slot| phrase.name(slot))?;
    let window = case.stretch()?;
    let max = case.phrase().count("max");
    let pages: Vec<&Notification> =
        case.flight.notifications.iter().filter(|page| is_page(page, &receiver)).collect();
    let limit = max.map(|max| format!(", at most {}", counted(max, "page"))).unwrap_or_default();
    let expected = format!("{receiver} is paged {}{limit}", window.text(case.clock()));
    let in_time: Vec<&Notification> =
        pages.iter().copied().filter(|page| window.contains(time(page))).collect();
    let Some(first) = in_time.first() else {
        return Ok(missing(case, &receiver, &window, &pages).with(Expected, expected));
    };
    if let Some(max) = max.filter(|max| pages.len() as u64 > *max) {
        let count = counted(pages.len() as u64, "page");
        return Ok(Finding::violated(format!("{receiver} got {count}, at most {max} expected"))
            .with(Expected, expected)
            .with(By, format!("{} too many", pages.len() as u64 - max))
            .with_all(Happened, pages.iter().map(|page| told(case, page))));
    }
    let held = Finding::held(format!("{receiver} was paged {}", case.moment(time(first))))
        .with(Expected, expected)
        .with_all(Happened, pages.iter().map(|page| told(case, page)));
    Ok(against_twin(case, held, &in_time))
}

/// A page proves something if one of its alerts does.
fn against_twin(case: &Case, held: Finding, pages: &[&Notification]) -> Finding {
    let alerts: BTreeSet<&str> = pages.iter().flat_map(|page| firing(page)).collect();
    let findings = alerts.into_iter().map(|alert| case.against_twin(held.clone(), alert));
    let mut inconclusive = None;
    for finding in findings {
        if finding.outcome == Outcome::Held {
            return held;
        }
        inconclusive.get_or_insert(finding);
    }
    inconclusive.unwrap_or(held)
}

/// Nobody was paged in time: how far did it come? The later a link of the chain, the more it tells.
fn missing(case: &Case, receiver: &str, window: &Window, pages: &[&Notification]) -> Finding {
    let clock = case.clock();
    if let Some(late) = pages.iter().find(|page| time(page) >= window.to_ns()) {
        let by = duration_ns(time(late) - window.to_ns());
        let fates = case.flight.fates.iter();
        let waited =
            fates.filter(|fate| late.alerts.iter().any(|alert| alert.labels == fate.labels)).map(|fate| {
                let held = duration_ns((late.time_ms - fate.first_seen_ms) * 1_000_000);
                format!(
                    "{} reached the Alertmanager at {} and was held for {held}",
                    fate.labels,
                    clock.at_ms(fate.first_seen_ms)
                )
            });
        return Finding::violated(format!("{receiver} was paged too late, {}", case.moment(time(late))))
            .with(Happened, told(case, late))
            .with(By, format!("{by} too late"))
            .with_all(Link, waited);
    }
    if let Some(early) = pages.last() {
        return Finding::violated(format!("{receiver} was paged, but not in that part of the run"))
            .with(Happened, told(case, early))
            .with(At, case.moment(time(early)));
    }
    let mut ends: Vec<(Place, String)> =
        case.flight.fates.iter().map(|fate| end_of(case, fate, receiver)).collect();
    ends.sort_by_key(|(place, _)| *place);
    let reported: BTreeSet<String> =
        case.flight.fates.iter().filter_map(|fate| fate.labels.get("alertname")).map(str::to_owned).collect();
    let fired: BTreeSet<String> =
        case.flight.episodes().into_iter().filter(|e| e.firing_ns.is_some()).map(|e| e.alert).collect();
    let unsent =
        fired.difference(&reported).map(|alert| format!("{alert} fired but never reached the Alertmanager"));
    let texts = ends.into_iter().map(|(_, text)| text).chain(unsent);
    let silent = expected_alerts(case).into_iter().filter(|alert| !fired.contains(alert));
    let links: Vec<String> = texts.chain(silent.map(|alert| broken_link(case, &alert).long)).collect();
    let reason = match links.first() {
        Some(link) => format!("{receiver} was never paged: {link}"),
        None => format!("{receiver} was never paged: no alert fired"),
    };
    Finding::violated(reason).with(Happened, format!("{receiver} was never paged")).with_all(Link, links)
}

/// Where an alert ended, the nearest to a page first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Waiting,
    Inhibited,
    Elsewhere,
}

fn end_of(case: &Case, fate: &Fate, receiver: &str) -> (Place, String) {
    let (clock, labels) = (case.clock(), &fate.labels);
    let seen = clock.at_ms(fate.first_seen_ms);
    if !fate.receivers.iter().any(|own| own == receiver) {
        let went = match fate.receivers.is_empty() {
            true => "to no receiver".to_owned(),
            false => format!("to {}", fate.receivers.join(", ")),
        };
        return (Place::Elsewhere, format!("{labels} fired at {seen} and was routed {went}"));
    }
    if let Some((by, since)) = &fate.inhibited_by {
        return (Place::Inhibited, format!("{labels} was inhibited by {by} at {}", clock.at_ms(*since)));
    }
    (
        Place::Waiting,
        format!("{labels} fired at {seen} and was still waiting in its group when the run ended"),
    )
}

/// The alerts that the scenario expects to fire: the likely causes of the page.
fn expected_alerts(case: &Case) -> BTreeSet<String> {
    let fires = case.plan.checks.iter().map(|check| &check.phrase);
    fires
        .filter(|phrase| phrase.keyword == "alert" && phrase.form == 0)
        .filter_map(|phrase| phrase.name("alert"))
        .collect()
}

fn is_page(notification: &Notification, receiver: &str) -> bool {
    notification.receiver == receiver && notification.status == Status::Firing && !notification.repeat
}

fn time(page: &Notification) -> i64 {
    page.time_ms * 1_000_000
}

fn firing(page: &Notification) -> impl Iterator<Item = &str> {
    page.alerts
        .iter()
        .filter(|alert| alert.status == Status::Firing)
        .filter_map(|alert| alert.labels.get("alertname"))
}

fn told(case: &Case, page: &Notification) -> String {
    let via = match page.integrations.is_empty() {
        true => String::new(),
        false => format!(" by {}", page.integrations.join(", ")),
    };
    let alerts: Vec<&str> = firing(page).collect();
    format!("paged{via} at {} for {}", case.clock().at(time(page)), alerts.join(", "))
}
