//! Every change of every alert, exactly as Prometheus has recorded it in `ALERTS`: at each evaluation a sample for each
//! alert that is pending or fires, and a mark of its end at the first evaluation without it.

use std::collections::BTreeMap;

use observatory::promql::{Element, Value};
use observatory::rules::{AlertState, AlertTransition};
use observatory::series::{Labels, NAME};

use super::Watched;
use super::inquiry::Inquiry;
use super::rules::Known;

/// The states of each alert at the evaluations at which it was pending or fired.
pub(super) type Active = BTreeMap<Labels, BTreeMap<i64, AlertState>>;

const STATE: &str = "alertstate";
pub(super) const ALERT_NAME: &str = "alertname";

/// Asks for all alerts.
pub(super) async fn ask(inquiry: &Inquiry<'_>, watched: &Watched<'_>) -> Result<Active, String> {
    let rows = inquiry.api.samples("ALERTS", watched.start_ms(), watched.end_ms()).await?;
    let mut active = Active::new();
    for row in rows {
        let state = match row.labels.get(STATE) {
            Some("firing") => AlertState::Firing,
            _ => AlertState::Pending,
        };
        let labels = row.labels.filtered(|name| name != NAME && name != STATE);
        active.entry(labels).or_default().extend(row.samples.iter().map(|sample| (sample.time_ms, state)));
    }
    Ok(active)
}

/// What changed when, in order of time.
pub(super) async fn transitions(
    inquiry: &Inquiry<'_>,
    watched: &Watched<'_>,
    active: &Active,
    groups: &[Known<'_>],
) -> Result<Vec<AlertTransition>, String> {
    let mut transitions = Vec::new();
    for (labels, states) in active {
        let alert = labels.get(ALERT_NAME).unwrap_or_default();
        let own = groups.iter().filter(|known| known.group.rules.iter().any(|rule| rule.name == alert));
        let step_ms = own.clone().filter_map(|known| known.schedule).map(|schedule| schedule.step_ms()).min();
        // An alert of rules that are not of this run.
        let Some(step_ms) = step_ms else { continue };
        let rules = own.flat_map(|known| &known.group.rules).filter(|rule| rule.name == alert);
        let exprs: Vec<&str> = rules.map(|rule| &*rule.expr).collect();
        for Change { time_ms, from, to, seen_ms } in
            changes(inquiry, labels, states, step_ms, watched.end_ms()).await?
        {
            let value = value_of(inquiry, &exprs, labels, seen_ms).await?.unwrap_or(f64::NAN);
            let (alert, labels) = (alert.to_owned(), labels.clone());
            transitions.push(AlertTransition { time_ms, alert, labels, from, to, value });
        }
    }
    transitions.sort_by(|a, b| (a.time_ms, &a.labels).cmp(&(b.time_ms, &b.labels)));
    Ok(transitions)
}

struct Change {
    time_ms: i64,
    from: AlertState,
    to: AlertState,
    /// The evaluation at which the expression last had a value.
    seen_ms: i64,
}

/// The changes of one alert. Where samples are missing, the alert has ended or Prometheus has left out an evaluation, as it
/// does where the one before takes too long: only in the first case there is a mark.
async fn changes(
    inquiry: &Inquiry<'_>,
    labels: &Labels,
    states: &BTreeMap<i64, AlertState>,
    step_ms: i64,
    end_ms: i64,
) -> Result<Vec<Change>, String> {
    let mut changes = Vec::new();
    let mut before = AlertState::Inactive;
    let mut samples = states.iter().peekable();
    while let Some((&time_ms, &state)) = samples.next() {
        if state != before {
            changes.push(Change { time_ms, from: before, to: state, seen_ms: time_ms });
            before = state;
        }
        let next_ms = samples.peek().map_or(end_ms + 1, |(next_ms, _)| **next_ms);
        let mut evaluation_ms = time_ms + step_ms;
        while evaluation_ms < next_ms {
            if has_ended(inquiry, labels, evaluation_ms).await? {
                let to = AlertState::Inactive;
                changes.push(Change { time_ms: evaluation_ms, from: before, to, seen_ms: time_ms });
                before = AlertState::Inactive;
                break;
            }
            evaluation_ms += step_ms;
        }
    }
    Ok(changes)
}

async fn has_ended(inquiry: &Inquiry<'_>, labels: &Labels, time_ms: i64) -> Result<bool, String> {
    let matchers = labels.iter().map(|(name, value)| {
        // JSON's escapes are PromQL's, too.
        format!("{name}={}", serde_json::Value::from(value))
    });
    let selector = format!("ALERTS{{{}}}", matchers.collect::<Vec<_>>().join(","));
    let found = match inquiry.at(&selector, time_ms).await?? {
        // The matchers do not say which further labels the alert must not have.
        Value::Vector(elements) => elements
            .into_iter()
            .any(|element| element.labels.filtered(|name| name != NAME && name != STATE) == *labels),
        _ => false,
    };
    Ok(!found)
}

/// The value of the expression behind an alert: that of the element whose labels the alert has all of.
async fn value_of(
    inquiry: &Inquiry<'_>,
    exprs: &[&str],
    labels: &Labels,
    time_ms: i64,
) -> Result<Option<f64>, String> {
    let behind = |element: &Element| {
        element.labels.iter().all(|(name, value)| name == NAME || labels.get(name) == Some(value))
    };
    for expr in exprs {
        match inquiry.at(expr, time_ms).await? {
            Ok(Value::Scalar(value)) => return Ok(Some(value)),
            Ok(Value::Vector(elements)) => {
                if let Some(element) = elements.into_iter().find(behind) {
                    return Ok(Some(element.value));
                }
            }
            _ => {}
        }
    }
    Ok(None)
}
