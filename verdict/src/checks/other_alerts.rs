//! `no other alert fires`.

use std::collections::BTreeSet;

use scenario_lang::vocabulary::Spec;

use super::case::{blind, sample};
use super::{Case, Row};
use crate::episodes::Episode;
use crate::readable::counted;
use crate::verdict::EvidenceKind::{Expected, Happened, Sample};
use crate::verdict::Finding;

pub(super) const ROW: Row = Row {
    spec: Spec {
        keyword: "no",
        forms: &["no other alert fires [{when:when}]"],
        doc: "No alert fires but those that some expectation of the scenario names. Inconclusive where a rule failed, \
              was never evaluated, or selects series that never were: its silence says nothing.",
        example: "no other alert fires",
    },
    judge,
};

fn judge(case: &Case) -> Result<Finding, String> {
    let window = case.window()?;
    let named: BTreeSet<String> =
        case.plan.checks.iter().filter_map(|check| check.phrase.name("alert")).collect();
    let expected = format!("no alert but {} fires {}", list(&named), window.text(case.clock()));
    let fires = |episode: &Episode| !named.contains(&episode.alert) && episode.fires_in(&window);
    if let Some(episode) = case.flight.episodes().into_iter().find(fires) {
        let time = case.clock().at(episode.firing_ns.unwrap_or(episode.from_ns));
        return Ok(Finding::violated(format!("{} fired at {time}", episode.alert))
            .with(Expected, expected)
            .with(Happened, format!("{} fired at {time}", episode.alert))
            .with(Sample, sample(&episode)));
    }
    // Recording rules count as well: alerts may read what they record.
    let others = || case.flight.rules.iter().filter(|rule| !(rule.alerting && named.contains(&rule.name)));
    if let Some(reason) = others().find_map(|rule| blind(rule, &window)) {
        return Err(reason);
    }
    let alerts: BTreeSet<&str> = others().filter(|rule| rule.alerting).map(|rule| &*rule.name).collect();
    if alerts.is_empty() {
        return Err("the rule files have no other alert than those that the scenario names".to_owned());
    }
    Ok(Finding::held(format!("{} did not fire", counted(alerts.len() as u64, "other alert")))
        .with(Expected, expected)
        .with(Sample, format!("silent: {}", alerts.into_iter().collect::<Vec<_>>().join(", "))))
}

fn list(names: &BTreeSet<String>) -> String {
    match names.is_empty() {
        true => "none".to_owned(),
        false => names.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    }
}
