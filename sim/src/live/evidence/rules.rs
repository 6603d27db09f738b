//! What became of each rule, as far as it can be told afterwards: its expression is asked once more for every moment at
//! which it was to be evaluated.

use std::collections::{BTreeMap, BTreeSet};

use observatory::promql::Value;
use observatory::rules::{Group, Nearest, Rule, RuleReport, Stretch};

use super::Watched;
use super::alerts::{ALERT_NAME, Active};
use super::inquiry::{Inquiry, Values};
use super::schedule::Schedule;
use crate::flight::watch::DEFAULT_INTERVAL_MS;
use crate::live::prometheus::api::{RuleGroup, RuleState};

/// A group of the rule files, and what the server knows of it.
pub(super) struct Known<'a> {
    file: &'a str,
    pub(super) group: &'a Group,
    reported: Option<RuleGroup>,
    /// When it was to be evaluated; none if the server does not know the group, or has not evaluated it yet.
    pub(super) schedule: Option<Schedule>,
}

/// The groups, in the order of the files.
pub(super) async fn groups<'a>(
    inquiry: &Inquiry<'_>,
    watched: &Watched<'a>,
    active: &Active,
) -> Result<Vec<Known<'a>>, String> {
    let reported = inquiry.api.rules().await?;
    let mut groups = Vec::new();
    for (file, path) in watched.rules {
        for group in &file.groups {
            let named = || reported.iter().filter(|known| known.name == group.name);
            let known = named().find(|known| known.file == *path).or_else(|| named().next()).cloned();
            let schedule = match &known {
                Some(known) => schedule(inquiry, watched, active, group, known).await?,
                None => None,
            };
            groups.push(Known { file: &file.name, group, reported: known, schedule });
        }
    }
    Ok(groups)
}

/// Groups are evaluated at fixed distances, each with a phase of its own. What they have written tells it exactly; what the
/// server says of the last evaluation is later by the time that it took to begin.
async fn schedule(
    inquiry: &Inquiry<'_>,
    watched: &Watched<'_>,
    active: &Active,
    group: &Group,
    reported: &RuleGroup,
) -> Result<Option<Schedule>, String> {
    let step_ms = ((reported.interval_s * 1000.0).round() as i64).max(1);
    let (start_ms, end_ms) = (watched.start_ms(), watched.end_ms());
    let through = |some_ms| Some(Schedule::through(some_ms, step_ms, start_ms, end_ms));
    for rule in &group.rules {
        let written = match rule.alerting {
            Some(_) => {
                let mut own = active.iter().filter(|(labels, _)| labels.get(ALERT_NAME) == Some(&*rule.name));
                own.find_map(|(_, states)| states.keys().next().copied())
            }
            None => {
                let rows = inquiry.api.samples(&rule.name, end_ms - 3 * step_ms, end_ms).await?;
                rows.first().and_then(|row| row.samples.first()).map(|sample| sample.time_ms)
            }
        };
        if let Some(time_ms) = written {
            return Ok(through(time_ms));
        }
    }
    // Of a group that was never evaluated, it is the year 1.
    Ok(if reported.last_evaluation_ms > 0 { through(reported.last_evaluation_ms) } else { None })
}

/// One report for each rule.
pub(super) async fn reports(
    inquiry: &Inquiry<'_>,
    active: &Active,
    groups: &[Known<'_>],
) -> Result<Vec<RuleReport>, String> {
    let mut reports = Vec::new();
    for known in groups {
        for (index, rule) in known.group.rules.iter().enumerate() {
            // The server reports them in the order of the file.
            let state = known.reported.as_ref().and_then(|reported| reported.rules.get(index));
            let mut report = RuleReport {
                file: known.file.to_owned(),
                group: known.group.name.clone(),
                name: rule.name.clone(),
                alerting: rule.alerting.is_some(),
                evaluations: 0,
                failures: 0,
                last_error: None,
                matched: 0,
                reach: None,
                interval_ms: known.group.interval_ms.unwrap_or(DEFAULT_INTERVAL_MS),
                for_ms: rule.alerting.as_ref().map_or(0, |alerting| alerting.for_ms),
                stretches: Vec::new(),
            };
            if let Some(schedule) = known.schedule {
                evaluate(inquiry, rule, state, schedule, &mut report).await?;
                report.reach = reach(inquiry, rule, active, schedule).await?;
            }
            reports.push(report);
        }
    }
    Ok(reports)
}

async fn evaluate(
    inquiry: &Inquiry<'_>,
    rule: &Rule,
    state: Option<&RuleState>,
    schedule: Schedule,
    report: &mut RuleReport,
) -> Result<(), String> {
    let mut errors = BTreeMap::new();
    if inquiry.over(&rule.expr, schedule).await?.is_err() {
        for time_ms in schedule.times() {
            if let Err(cause) = inquiry.at(&rule.expr, time_ms).await? {
                errors.insert(time_ms, cause);
            }
        }
    }
    // Some errors are not of the expression: alerts that become equal by their labels, for example.
    if let Some(state) = state.filter(|state| state.health == "err")
        && let Some(last_ms) = schedule.times().last()
    {
        errors.entry(last_ms).or_insert_with(|| state.last_error.clone());
    }
    let matched = inquiry.matched(&rule.query, schedule).await?;
    for time_ms in schedule.times() {
        let (matched, failed) = (matched.contains(&time_ms), errors.contains_key(&time_ms));
        // What fails is not looked at any further.
        let matched = matched && !failed;
        report.evaluations += 1;
        report.matched += u64::from(matched);
        report.failures += u64::from(failed);
        Stretch::note(&mut report.stretches, time_ms, matched, failed);
    }
    report.last_error = errors.into_values().next_back();
    Ok(())
}

/// How near an alert came to firing, at the evaluations at which it was inactive.
async fn reach(
    inquiry: &Inquiry<'_>,
    rule: &Rule,
    active: &Active,
    schedule: Schedule,
) -> Result<Option<observatory::rules::Reach>, String> {
    let Some(mut nearest) = rule.alerting.as_ref().and_then(|_| Nearest::to(&rule.expr)) else {
        return Ok(None);
    };
    let mut sides: BTreeMap<String, std::rc::Rc<Values>> = BTreeMap::new();
    for side in nearest.sides().into_iter().map(ToString::to_string).collect::<BTreeSet<_>>() {
        // A side that fails has no values.
        let values = inquiry.over(&side, schedule).await?.unwrap_or_default();
        sides.insert(side, values);
    }
    let own = active.iter().filter(|(labels, _)| labels.get(ALERT_NAME) == Some(&*rule.name));
    let busy: BTreeSet<i64> = own.flat_map(|(_, states)| states.keys().copied()).collect();
    for time_ms in schedule.times().filter(|time_ms| !busy.contains(time_ms)) {
        nearest.look(time_ms, &|side| {
            let elements = sides.get(&side.to_string())?.get(&time_ms)?;
            Some(Value::Vector(elements.clone()))
        });
    }
    Ok(nearest.reach().cloned())
}
