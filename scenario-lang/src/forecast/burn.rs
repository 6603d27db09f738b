//! When an error budget burns fast enough: `f · W / B` and its kin for short histories and changing rates.

use std::time::Duration;

use super::{arrivals, call_order, flow};
use crate::plan::{Fault, Plan, Slo};
use crate::surroundings::BurnFacts;

/// The finest step of the search, seconds.
const STEP: f64 = 1.0;

/// At most so many steps; a longer fault is searched more coarsely, and then within the step.
const STEPS: f64 = 100_000.0;

/// The share of requests that fail for an objective, 0 to 1, while a fault acts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Burn {
    /// The share of failing requests.
    pub(crate) failing: f64,
    /// How long after the fault's start the long window burns at the alert's factor, if ever.
    pub(crate) after: Option<Duration>,
}

/// What a fault does to the objective of a burn-rate alert; `None` where that cannot be told: no or several objectives
/// of this value, or a fault that does not answer with a status.
pub(crate) fn forecast(plan: &Plan, fault: &Fault, facts: &BurnFacts) -> Option<Burn> {
    let mut meant = plan.slos.iter().filter(|slo| (slo.objective - facts.objective).abs() < 1e-9);
    let slo = meant.next().filter(|_| meant.next().is_none())?;
    let failing = failing(plan, fault, slo)?;
    Some(Burn { failing, after: reached(plan, fault, facts, failing) })
}

/// The share of an objective's requests that fail while a fault acts.
fn failing(plan: &Plan, fault: &Fault, slo: &Slo) -> Option<f64> {
    let order = call_order(&plan.services).ok()?;
    let crate::plan::Bad::StatusClass(class) = slo.bad;
    let mut statuses =
        fault.actions.iter().map(|action| Some((action.phrase.status("status")?, action.share)));
    let (status, share) = statuses.next()??;
    if statuses.next().is_some() || status / 100 != class || status < 500 {
        return None;
    }
    let failures = flow::failures(plan, &order, fault.edge, status, share);
    let (mut bad, mut all) = (0.0, 0.0);
    for load in &plan.loads {
        let weight = arrivals::between(load, fault.from, fault.end()).unwrap_or(1.0);
        for (at, asked) in
            flow::visits(plan, &order, load).iter().filter(|((service, _), _)| *service == slo.service)
        {
            all += weight * asked;
            bad += weight * asked * failures.get(at).copied().unwrap_or_default();
        }
    }
    (all > 0.0).then(|| bad / all)
}

/// The least time after which the failing share of the long window is `factor · (1 − objective)`.
fn reached(plan: &Plan, fault: &Fault, facts: &BurnFacts, failing: f64) -> Option<Duration> {
    let limit = facts.factor * (1.0 - facts.objective);
    let start = fault.from.as_secs_f64();
    let window = facts.window.as_secs_f64();
    let burns = |after: f64| {
        let all = requests(plan, start + after - window, start + after);
        // A hair less, so that rounding does not move what is reached exactly at the end.
        failing * requests(plan, start, start + after) >= limit * all * (1.0 - 1e-9) && all > 0.0
    };
    let length = fault.length.as_secs_f64();
    let step = STEP.max(length / STEPS);
    let mut after = 0.0;
    while after < length {
        let (mut low, mut high) = (after, (after + step).min(length));
        if burns(high) {
            for _ in 0..40 {
                let middle = (low + high) / 2.0;
                if burns(middle) { high = middle } else { low = middle }
            }
            return Some(Duration::from_secs_f64((high * 1000.0).round() / 1000.0));
        }
        after += step;
    }
    None
}

/// Requests between two times in seconds after the start, history included; a load whose shapes do not tell counts as
/// one of constant rate.
fn requests(plan: &Plan, from: f64, to: f64) -> f64 {
    let lived = plan.history.as_ref().map_or(0.0, |history| {
        let past =
            (-from).clamp(0.0, history.length.as_secs_f64()) - (-to).clamp(0.0, history.length.as_secs_f64());
        past * history.rate
    });
    let time = |at: f64| Duration::from_secs_f64(at.max(0.0));
    let run = |load| arrivals::between(load, time(from), time(to)).unwrap_or(to.max(0.0) - from.max(0.0));
    lived + plan.loads.iter().map(run).sum::<f64>()
}
