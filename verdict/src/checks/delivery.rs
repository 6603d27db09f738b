//! The chain from firing alert to page, and the link of it that broke.

use std::collections::BTreeSet;

use observatory::alertmanager::{Fate, Notification};

use super::Case;
use super::chain::broken_link;
use crate::readable::duration_ns;

/// Where an alert ended, the nearest to a page first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Waiting,
    Inhibited,
    Elsewhere,
    Unsent,
    Silent,
}

/// Where the alerts ended of which none paged the receiver. First come those that should have: the ones that the
/// scenario expects to fire, and whatever is routed there.
pub(super) fn broken_links(case: &Case, receiver: &str) -> Vec<String> {
    let expected = expected_alerts(case);
    let fates = &case.flight.fates;
    let name = |fate: &Fate| fate.labels.get("alertname").unwrap_or_default().to_owned();
    let sent: BTreeSet<String> = fates.iter().map(name).collect();
    let episodes = case.flight.episodes().into_iter();
    let fired: BTreeSet<String> = episodes.filter(|e| e.firing_ns.is_some()).map(|e| e.alert).collect();
    let unsent = |alert: &String| {
        (End::Unsent, alert.clone(), format!("{alert} fired but never reached the Alertmanager"))
    };
    let silent = |alert: &String| (End::Silent, alert.clone(), broken_link(case, alert).long);
    let mut ends: Vec<(End, String, String)> = fates
        .iter()
        .map(|fate| {
            let (end, text) = end_of(case, fate, receiver);
            (end, name(fate), text)
        })
        .chain(fired.difference(&sent).map(unsent))
        .chain(expected.difference(&fired).map(silent))
        .collect();
    ends.sort_by_key(|(end, alert, _)| (*end > End::Inhibited && !expected.contains(alert), *end));
    ends.into_iter().map(|(_, _, text)| text).collect()
}

fn end_of(case: &Case, fate: &Fate, receiver: &str) -> (End, String) {
    let (clock, labels) = (case.clock(), &fate.labels);
    let seen = clock.at_ms(fate.first_seen_ms);
    if !fate.receivers.iter().any(|own| own == receiver) {
        let route = match fate.receivers.is_empty() {
            true => "no receiver".to_owned(),
            false => fate.receivers.join(", "),
        };
        return (End::Elsewhere, format!("{labels} fired at {seen} and was routed to {route}"));
    }
    if let Some((by, since)) = &fate.inhibited_by {
        return (End::Inhibited, format!("{labels} was inhibited by {by} at {}", clock.at_ms(*since)));
    }
    (End::Waiting, format!("{labels} fired at {seen} and was still waiting in its group when the run ended"))
}

/// How long the alerts of a late page were held back by their groups' waits.
pub(super) fn held_back(case: &Case, page: &Notification) -> Vec<String> {
    let part = |fate: &&Fate| page.alerts.iter().any(|alert| alert.labels == fate.labels);
    let text = |fate: &Fate| {
        let held = duration_ns((page.time_ms - fate.first_seen_ms) * 1_000_000);
        let seen = case.clock().at_ms(fate.first_seen_ms);
        format!("{} reached the Alertmanager at {seen} and was held for {held}", fate.labels)
    };
    case.flight.fates.iter().filter(part).map(text).collect()
}

/// The alerts that the scenario expects to fire: the likely causes of a page.
fn expected_alerts(case: &Case) -> BTreeSet<String> {
    let said = case.plan.checks.iter().map(|check| &check.phrase);
    let fires = said.filter(|phrase| phrase.keyword == "alert" && phrase.form == 0);
    fires.filter_map(|phrase| phrase.name("alert")).collect()
}
