//! `page … within … of …, at most …`.

use std::collections::BTreeSet;

use observatory::alertmanager::{Notification, Status};
use scenario_lang::vocabulary::Spec;

use super::delivery::{broken_links, held_back};
use super::{Case, Row};
use crate::readable::{counted, duration_ns};
use crate::verdict::EvidenceKind::{By, Expected, Happened, Link, When as At};
use crate::verdict::Finding;
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
        return Ok(missing(case, &receiver, &window, &pages, expected));
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
    // A page proves something if one of its alerts does.
    let alerts: BTreeSet<&str> = in_time.iter().flat_map(|page| firing(page)).collect();
    let doubts: Option<Vec<String>> = alerts.into_iter().map(|alert| case.no_proof(alert)).collect();
    Ok(match doubts.and_then(|doubts| doubts.into_iter().next()) {
        Some(reason) => held.doubted(reason),
        None => held,
    })
}

/// Nobody was paged in the window: how far did it come?
fn missing(
    case: &Case,
    receiver: &str,
    window: &Window,
    pages: &[&Notification],
    expected: String,
) -> Finding {
    let violated = |reason: String| Finding::violated(reason).with(Expected, expected);
    if let Some(late) = pages.iter().find(|page| time(page) >= window.to_ns()) {
        let by = duration_ns(time(late) - window.to_ns());
        return violated(format!("{receiver} was paged too late, {}", case.moment(time(late))))
            .with(Happened, told(case, late))
            .with(By, format!("{by} too late"))
            .with_all(Link, held_back(case, late));
    }
    if let Some(early) = pages.last() {
        return violated(format!("{receiver} was paged, but not in that part of the run"))
            .with(Happened, told(case, early))
            .with(At, case.moment(time(early)));
    }
    let links = broken_links(case, receiver);
    let nearest = links.first().map_or("no alert fired", |link| link);
    violated(format!("{receiver} was never paged: {nearest}"))
        .with(Happened, format!("{receiver} was never paged"))
        .with_all(Link, links)
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
