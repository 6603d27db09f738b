//! Where requests go: endpoints in the order of their calls, and what flows along them.

use std::collections::BTreeMap;

use crate::plan::{Call, Edge, Load, Node, Plan, RetryOn, Service, Step};

/// An endpoint: the index of its service and its own.
pub(crate) type At = (usize, usize);

/// All endpoints, each after those that it calls; or the first circle of calls.
pub(crate) fn call_order(services: &[Service]) -> Result<Vec<At>, Vec<At>> {
    let mut order = Vec::new();
    let mut seen: BTreeMap<At, bool> = BTreeMap::new();
    let all = services
        .iter()
        .enumerate()
        .flat_map(|(index, it)| (0..it.endpoints.len()).map(move |at| (index, at)));
    for root in all {
        let mut path: Vec<(At, usize)> = vec![(root, 0)];
        if seen.contains_key(&root) {
            continue;
        }
        seen.insert(root, false);
        while let Some((at, next)) = path.last_mut() {
            let here = *at;
            let callee = calls(&services[here.0].endpoints[here.1].steps)
                .get(*next)
                .map(|call| (call.service, call.endpoint));
            *next += 1;
            match callee.map(|callee| (callee, seen.get(&callee))) {
                None => {
                    path.pop();
                    seen.insert(here, true);
                    order.push(here);
                }
                Some((_, Some(true))) => {}
                Some((callee, Some(false))) => {
                    let way = path.iter().map(|(at, _)| *at).skip_while(|at| *at != callee);
                    return Err(way.collect());
                }
                Some((callee, None)) => {
                    seen.insert(callee, false);
                    path.push((callee, 0));
                }
            }
        }
    }
    Ok(order)
}

/// All calls of some steps, in order.
pub(crate) fn calls(steps: &[Step]) -> Vec<&Call> {
    let mut calls = Vec::new();
    for step in steps {
        match step {
            Step::Call(call) => calls.push(call),
            Step::Parallel(steps) => calls.extend(self::calls(steps)),
            Step::Cpu(_) | Step::Wait(_) | Step::Query { .. } => {}
        }
    }
    calls
}

/// How often each endpoint is asked for one request of a load, retries aside.
pub(super) fn visits(plan: &Plan, order: &[At], load: &Load) -> BTreeMap<At, f64> {
    let mut visits: BTreeMap<At, f64> =
        load.mix.iter().map(|(endpoint, share)| ((load.service, *endpoint), *share)).collect();
    for at in order.iter().rev() {
        let Some(asked) = visits.get(at).copied() else { continue };
        for call in calls(&plan.services[at.0].endpoints[at.1].steps) {
            *visits.entry((call.service, call.endpoint)).or_default() += asked;
        }
    }
    visits
}

/// How often an edge is taken for one request of a load, retries aside.
pub(super) fn crossings(plan: &Plan, order: &[At], load: &Load, edge: Edge) -> f64 {
    let visits = visits(plan, order, load);
    let from = visits.iter().filter(|((service, _), _)| *service == edge.from);
    from.map(|((service, endpoint), asked)| {
        asked * takes(&plan.services[*service].endpoints[*endpoint].steps, edge.to)
    })
    .sum()
}

/// How many of some steps lead to a node.
fn takes(steps: &[Step], to: Node) -> f64 {
    let one = |step: &Step| match step {
        Step::Call(call) => f64::from(u8::from(to == Node::Service(call.service))),
        Step::Query { database, .. } => f64::from(u8::from(to == Node::Database(*database))),
        Step::Parallel(steps) => takes(steps, to),
        Step::Cpu(_) | Step::Wait(_) => 0.0,
    };
    steps.iter().map(one).sum()
}

/// The probability that a request to each endpoint fails with `status`, where calls along `edge` do with probability
/// `share`. A status of 500 or more passes upwards unchanged, unless the caller retries it.
pub(super) fn failures(plan: &Plan, order: &[At], edge: Edge, status: u16, share: f64) -> BTreeMap<At, f64> {
    let mut failures: BTreeMap<At, f64> = BTreeMap::new();
    for at in order {
        let mut good = 1.0;
        for call in calls(&plan.services[at.0].endpoints[at.1].steps) {
            let hit = if edge.from == at.0 && edge.to == Node::Service(call.service) { share } else { 0.0 };
            let below = failures.get(&(call.service, call.endpoint)).copied().unwrap_or_default();
            let attempt = 1.0 - (1.0 - hit) * (1.0 - below);
            let retried = call.retry.as_ref().filter(|retry| retry.on.contains(&RetryOn::Status(status)));
            // After so many attempts, what is left is as good as nothing, or everything.
            let attempts = retried.map_or(1, |retry| retry.attempts.min(1000) + 1);
            good *= 1.0 - (0..attempts).fold(1.0, |all, _| all * attempt);
        }
        failures.insert(*at, 1.0 - good);
    }
    failures
}
