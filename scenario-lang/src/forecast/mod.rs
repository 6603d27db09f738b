//! What a plan tells before it is run.
//!
//! - `arrivals`: how many requests a load sends
//! - `flow`: where they go
//! - `burn`: when an error budget burns fast enough for an alert

mod arrivals;
pub(crate) mod burn;
mod flow;

pub(crate) use flow::{call_order, calls};

use crate::plan::{Action, Fault, Plan};

/// Whether no action of a fault can be expected to hit even one request.
pub(crate) fn hits_nothing(plan: &Plan, fault: &Fault) -> bool {
    fault.actions.iter().all(|action| expected_hits(plan, fault, action).is_some_and(|hits| hits < 1.0))
}

/// How many requests an action can be expected to hit; `None` where a load's shapes do not tell.
pub(crate) fn expected_hits(plan: &Plan, fault: &Fault, action: &Action) -> Option<f64> {
    if action.share == 0.0 {
        return Some(0.0);
    }
    let order = call_order(&plan.services).ok()?;
    let mut hits = 0.0;
    for load in &plan.loads {
        let crossings = flow::crossings(plan, &order, load, fault.edge);
        if crossings > 0.0 {
            hits += crossings * arrivals::between(load, fault.from, fault.end())? * action.share;
        }
    }
    Some(hits)
}
