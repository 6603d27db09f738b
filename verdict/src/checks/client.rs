//! `client p95 < 40ms`, `client errors < 1%`.

use std::time::Duration;

use scenario_lang::plan::Plan;
use scenario_lang::quantity::Comparison;
use scenario_lang::vocabulary::Spec;
use sim_core::load::Segment;

use super::{Case, Row};
use crate::readable::{count, counted, duration, holds, number, operator, percent};
use crate::verdict::EvidenceKind::{By, Expected, Happened, Sample};
use crate::verdict::{Finding, Outcome};
use crate::window::Window;

pub(super) const ROW: Row = Row {
    spec: Spec {
        keyword: "client",
        forms: &[
            "client {quantile:quantile} {op:comparison} {limit:duration} [{when:when}]",
            "client errors {op:comparison} {limit:ratio} [{when:when}]",
        ],
        doc: "What the clients of all loads saw: a quantile of latency, counted from the moment at which a request was \
              meant to be sent and precise to three digits, or the share of requests that failed (a status of 500 or \
              more, or no answer). A request belongs to the moment at which it was meant to be sent.",
        example: "client p95 < 40ms outside bad-deploy",
    },
    judge,
};

/// If a greater share of the plan than this was dropped or sent late, latencies tell of the generator and not of the system.
const FAILING_GENERATOR: f64 = 0.01;

/// The moments, as offsets from the start, at which the outcomes of a run must be cut into segments so that every
/// `client` expectation of the plan can be judged: sorted, each once, the start and the end of the run included.
pub fn cuts(plan: &Plan) -> Vec<Duration> {
    let faults = plan.faults.iter().flat_map(|fault| [fault.from, fault.end()]);
    let whens = plan.checks.iter().filter(|check| check.phrase.keyword == ROW.spec.keyword);
    let spans = whens.filter_map(|check| check.phrase.when("when")).flat_map(|when| plan.spans(&when));
    let ends = [Duration::ZERO, plan.duration];
    let mut cuts: Vec<Duration> = faults.chain(spans.flat_map(|(from, to)| [from, to])).chain(ends).collect();
    cuts.retain(|cut| *cut <= plan.duration);
    cuts.sort();
    cuts.dedup();
    cuts
}

fn judge(case: &Case) -> Result<Finding, String> {
    let op = case.slot("op", |phrase, slot| phrase.comparison(slot))?;
    let window = case.stretch()?;
    let health = case.flight.outcomes.health();
    if (health.dropped + health.late) as f64 > FAILING_GENERATOR * health.planned as f64 {
        return Err(format!(
            "the generator could not keep up: of {} planned requests {} were dropped and {} late",
            count(health.planned),
            count(health.dropped),
            count(health.late)
        ));
    }
    let segments = segments(case, &window)?;
    let ended: u64 = segments.iter().map(|segment| segment.ended).sum();
    if ended == 0 {
        return Err(format!("no request ended {}", window.text(case.clock())));
    }
    let place = window.text(case.clock());
    match case.phrase().form {
        0 => quantile(case, op, &segments, &place),
        _ => errors(case, op, &segments, ended, &place),
    }
}

fn quantile(case: &Case, op: Comparison, segments: &[&Segment], place: &str) -> Result<Finding, String> {
    let quantile = case.slot("quantile", |phrase, slot| phrase.quantile(slot))?;
    let limit = case.slot("limit", |phrase, slot| phrase.duration(slot))?;
    let (first, rest) = segments.split_first().ok_or("no request ended")?;
    let mut latency = first.latency_us.clone();
    for segment in rest {
        latency.add(&segment.latency_us).expect("all segments have the same bounds");
    }
    let at = |quantile: f64| Duration::from_micros(latency.value_at_quantile(quantile));
    let seen = at(quantile);
    let name = format!("p{}", number(quantile * 100.0));
    let gap = seen.max(limit) - seen.min(limit);
    let outcome = if holds(seen, op, limit) { Outcome::Held } else { Outcome::Violated };
    Ok(Finding::new(
        outcome,
        format!("{name} was {} over {}", duration(seen), counted(latency.len(), "request")),
    )
    .with(Expected, format!("{name} {} {} {place}", operator(op), duration(limit)))
    .with(Happened, format!("{name} = {}", duration(seen)))
    .with(By, format!("{} {} the limit", duration(gap), if seen < limit { "below" } else { "above" }))
    .with(
        Sample,
        format!(
            "p50 {}, p95 {}, p99 {}, max {}",
            duration(at(0.5)),
            duration(at(0.95)),
            duration(at(0.99)),
            duration(Duration::from_micros(latency.max()))
        ),
    ))
}

fn errors(
    case: &Case,
    op: Comparison,
    segments: &[&Segment],
    ended: u64,
    place: &str,
) -> Result<Finding, String> {
    let limit = case.slot("limit", |phrase, slot| phrase.ratio(slot))?;
    let errors: u64 = segments.iter().map(|segment| segment.errors).sum();
    let seen = errors as f64 / ended as f64;
    let outcome = if holds(seen, op, limit) { Outcome::Held } else { Outcome::Violated };
    Ok(Finding::new(
        outcome,
        format!("{} of {} requests failed, {}", count(errors), count(ended), percent(seen)),
    )
    .with(Expected, format!("errors {} {} {place}", operator(op), percent(limit)))
    .with(Happened, format!("{} of {}, {}", count(errors), count(ended), percent(seen)))
    .with(By, format!("{} points", number((seen - limit).abs() * 100.0))))
}

/// The segments inside the window; an error if one lies across its edge, for then its requests cannot be told apart.
fn segments<'a>(case: &'a Case, window: &Window) -> Result<Vec<&'a Segment>, String> {
    let mut inside = Vec::new();
    for segment in case.flight.outcomes.segments() {
        let overlaps = window.spans().iter().find(|s| segment.from_ns < s.to_ns && segment.to_ns > s.from_ns);
        match overlaps {
            Some(span) if segment.from_ns < span.from_ns || segment.to_ns > span.to_ns => {
                let (from, to) = (case.clock().at(segment.from_ns), case.clock().at(segment.to_ns));
                return Err(format!(
                    "requests were counted together from {from} to {to}, across the edge of the window"
                ));
            }
            Some(_) => inside.push(segment),
            None => {}
        }
    }
    Ok(inside)
}
