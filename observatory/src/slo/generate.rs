//! The rule file of objectives, as text.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::burn::{BURN_ALERTS, BurnAlert};
use super::objective::Slo;
use crate::duration::Millis;

/// A Prometheus rule file with one group for each objective: the error ratio over every window, then the alerts.
///
/// The ratio is 0 and not empty while no bad request has been counted yet. A series of bad requests that appears only
/// with the first error has no increase at its first sample, so that the errors before its first scrape go uncounted;
/// instrumentation that begins its counters at zero avoids that.
pub fn rules_yaml(slos: &[Slo]) -> String {
    let mut yaml = String::from("# Written by `sim slo`; change the objective, not this file.\ngroups:\n");
    for slo in slos {
        group(&mut yaml, slo).expect("writing to a string cannot fail");
    }
    yaml
}

fn group(yaml: &mut String, slo: &Slo) -> std::fmt::Result {
    let Slo { name, service, all, bad, .. } = slo;
    writeln!(yaml, "  - name: slo-{name}\n    interval: 30s\n    rules:")?;
    let windows: BTreeSet<i64> =
        BURN_ALERTS.iter().flat_map(|alert| [alert.long_ms, alert.short_ms]).collect();
    for window_ms in windows {
        let window = Millis(window_ms);
        writeln!(yaml, "      - record: {}", BurnAlert::recorded(window_ms))?;
        writeln!(yaml, "        expr: |-")?;
        writeln!(yaml, "          (sum(rate({bad}[{window}])) or vector(0))")?;
        writeln!(yaml, "          / sum(rate({all}[{window}]))")?;
        writeln!(yaml, "        labels:\n          slo: {name}\n          service: {service}")?;
    }
    for alert in &BURN_ALERTS {
        let threshold = format!("({} * {})", alert.factor(slo), slo.budget());
        let condition =
            |window_ms| format!("{}{{slo=\"{name}\"}} > {threshold}", BurnAlert::recorded(window_ms));
        let (long, short) = (Millis(alert.long_ms), Millis(alert.short_ms));
        writeln!(yaml, "      - alert: {}", alert.name)?;
        writeln!(yaml, "        expr: |-")?;
        writeln!(yaml, "          {}", condition(alert.long_ms))?;
        writeln!(yaml, "          and {}", condition(alert.short_ms))?;
        writeln!(yaml, "        labels:\n          slo: {name}\n          service: {service}")?;
        writeln!(yaml, "          severity: {}", alert.severity)?;
        writeln!(yaml, "        annotations:")?;
        writeln!(yaml, "          summary: \"{service} burns the error budget of {name}\"")?;
        writeln!(yaml, "          description: >-")?;
        writeln!(
            yaml,
            "            {{{{ $value | humanizePercentage }}}} of requests failed over the last {long}."
        )?;
        writeln!(
            yaml,
            "            That is more than {} times what the objective of {}% over {} allows, and it goes on",
            alert.factor(slo),
            super::objective::rounded(slo.objective * 100.0),
            Millis(slo.period_ms)
        )?;
        writeln!(yaml, "            (over the last {short} too).")?;
        writeln!(yaml, "          runbook_url: docs/playbooks/error-budget-burn.md")?;
    }
    Ok(())
}
