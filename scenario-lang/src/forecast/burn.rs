//! When an error budget burns fast enough: `f · W / B` and its kin for short histories and changing rates.

use std::time::Duration;

use super::{arrivals, call_order, flow};
use crate::plan::{Bad, Fault, Load, Plan, Slo};
use crate::surroundings::BurnFacts;

/// The finest step of the search, seconds.
const STEP: f64 = 1.0;

/// At most so many steps; a longer run is searched more coarsely, and then within the step.
const STEPS: f64 = 100_000.0;

/// The share of requests that fail for an objective, 0 to 1, while a fault acts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Burn {
    /// The share of failing requests.
    pub(crate) failing: f64,
    /// How long after the fault's start the long window burns at the alert's factor, if ever.
    pub(crate) after: Option<Duration>,
}

/// What a fault does to the objective of a burn-rate alert, of which something is expected within `limit`; `None` where
/// that cannot be told: no or several objectives of this value, a fault that does more or less than answer with a bad
/// status, or another fault at the same time.
pub(crate) fn forecast(plan: &Plan, fault: &Fault, facts: &BurnFacts, limit: Duration) -> Option<Burn> {
    let mut meant = plan.slos.iter().filter(|slo| (slo.objective - facts.objective).abs() < 1e-9);
    let slo = meant.next().filter(|_| meant.next().is_none())?;
    let (from, to) = (fault.from.saturating_sub(facts.window), fault.from.saturating_add(limit));
    if plan.faults.iter().any(|other| other.name != fault.name && other.from < to && other.end() > from) {
        return None;
    }
    let traffic = Traffic::new(plan, fault, slo)?;
    Some(Burn { failing: traffic.failing(), after: traffic.reached(fault, facts) })
}

/// The requests of one objective.
struct Traffic<'a> {
    plan: &'a Plan,
    /// Of each load: how many requests of the objective one of its requests brings, how many of these fail while the
    /// fault acts, and how many requests it sends meanwhile.
    loads: Vec<(&'a Load, Brings)>,
}

#[derive(Clone, Copy, Default)]
struct Brings {
    all: f64,
    failing: f64,
    weight: f64,
}

impl<'a> Traffic<'a> {
    fn new(plan: &'a Plan, fault: &Fault, slo: &Slo) -> Option<Self> {
        let order = call_order(&plan.services).ok()?;
        let Bad::StatusClass(class) = slo.bad;
        let [action] = fault.actions.as_slice() else { return None };
        let status =
            action.phrase.status("status").filter(|status| *status >= 500 && status / 100 == class)?;
        let failures = flow::failures(plan, &order, fault.edge, status, action.share);
        let brings = |load| {
            let weight = arrivals::between(load, fault.from, fault.end()).unwrap_or(1.0);
            let mut brings = Brings { weight, ..Brings::default() };
            for (at, asked) in flow::visits(plan, &order, load) {
                if at.0 == slo.service {
                    brings.all += asked;
                    brings.failing += asked * failures.get(&at).copied().unwrap_or_default();
                }
            }
            brings
        };
        let traffic = Self { plan, loads: plan.loads.iter().map(|load| (load, brings(load))).collect() };
        (traffic.mean(|brings| brings.all) > 0.0).then_some(traffic)
    }

    /// The mean of something over all requests that are sent while the fault acts.
    fn mean(&self, of: impl Fn(&Brings) -> f64) -> f64 {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (_, brings) in &self.loads {
            sum += of(brings) * brings.weight;
            weight += brings.weight;
        }
        if weight > 0.0 { sum / weight } else { 0.0 }
    }

    /// The share of the objective's requests that fail while the fault acts.
    fn failing(&self) -> f64 {
        self.mean(|brings| brings.failing) / self.mean(|brings| brings.all)
    }

    /// The least time after the fault's start at which the failing share of the long window is
    /// `factor · (1 − objective)`.
    fn reached(&self, fault: &Fault, facts: &BurnFacts) -> Option<Duration> {
        let limit = facts.factor * (1.0 - facts.objective);
        let (start, end) = (fault.from.as_secs_f64(), fault.end().as_secs_f64());
        let window = facts.window.as_secs_f64();
        let burns = |after: f64| {
            let now = start + after;
            let all = self.sent(now - window, now, |brings| brings.all);
            let bad = self.sent(start.max(now - window), end.min(now), |brings| brings.failing);
            // A hair less, so that rounding does not move what is reached exactly at the end.
            bad >= limit * all * (1.0 - 1e-9) && all > 0.0
        };
        let rest = self.plan.duration.saturating_sub(fault.from).as_secs_f64();
        let step = STEP.max(rest / STEPS);
        let mut after = 0.0;
        while after < rest {
            let (mut low, mut high) = (after, (after + step).min(rest));
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

    /// Something that requests bring, summed over those that are sent between two times in seconds after the start,
    /// history included; nothing if `to` comes first. A load whose shapes do not tell counts as one of constant rate.
    fn sent(&self, from: f64, to: f64, of: impl Fn(&Brings) -> f64) -> f64 {
        let to = to.max(from);
        let lived = self.plan.history.as_ref().map_or(0.0, |history| {
            let ago = |time: f64| (-time).clamp(0.0, history.length.as_secs_f64());
            (ago(from) - ago(to)) * history.rate
        });
        let time = |at: f64| Duration::from_secs_f64(at.max(0.0));
        let constant = to.max(0.0) - from.max(0.0);
        let run = |(load, brings): &(&Load, Brings)| {
            arrivals::between(load, time(from), time(to)).unwrap_or(constant) * of(brings)
        };
        lived * self.mean(&of) + self.loads.iter().map(run).sum::<f64>()
    }
}
