//! `no other alert fires`.

use std::collections::BTreeSet;

use scenario_lang::vocabulary::Spec;

use super::case::blind;
use super::{Case, Row};
use crate::readable::{counted, number};
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
    let end = case.flight.end_ns + 1;
    let fired = case.flight.episodes().into_iter().find(|episode| {
        let meets = |from| window.meets(from, episode.to_ns.unwrap_or(end));
        !named.contains(&episode.alert) && episode.firing_ns.is_some_and(meets)
    });
    let expected = format!("no alert but {} fires {}", list(&named), window.text(case.clock()));
    if let Some(episode) = fired {
        let time = episode.firing_ns.unwrap_or(episode.from_ns);
        return Ok(Finding::violated(format!("{} fired at {}", episode.alert, case.clock().at(time)))
            .with(Expected, expected)
            .with(Happened, format!("{} fired at {}", episode.alert, case.clock().at(time)))
            .with(Sample, format!("{} = {}", episode.labels, number(episode.value))));
    }
    // Recording rules count as well: alerts may read what they record.
    let others = || case.flight.rules.iter().filter(|rule| !(rule.alerting && named.contains(&rule.name)));
    if let Some(reason) = others().find_map(blind) {
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
