//! What is known of alerts before a run.

use super::burn::{BurnRate, burn_rates};
use super::file::RuleFile;

/// One alerting rule.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertFacts {
    /// Its name.
    pub name: String,
    /// Its `for`, milliseconds.
    pub for_ms: i64,
    /// How often its group is evaluated, milliseconds.
    pub interval_ms: i64,
    /// For a burn-rate alert, at which rates it fires.
    pub burn_rates: Vec<BurnRate>,
}

/// Every alerting rule of the files, in order. Groups without an interval have the default one.
pub fn alert_facts(files: &[RuleFile], default_interval_ms: i64) -> Vec<AlertFacts> {
    let groups = files.iter().flat_map(|file| &file.groups);
    let rules = groups.flat_map(|group| group.rules.iter().map(move |rule| (group, rule)));
    let facts = rules.filter_map(|(group, rule)| {
        Some(AlertFacts {
            name: rule.name.clone(),
            for_ms: rule.alerting.as_ref()?.for_ms,
            interval_ms: group.interval_ms.unwrap_or(default_interval_ms),
            burn_rates: burn_rates(rule, files),
        })
    });
    facts.collect()
}
