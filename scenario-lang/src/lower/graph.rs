//! The call graph: who asks whom.

use std::collections::VecDeque;

use super::Lowering;
use super::names::endpoints;
use crate::diagnostic::{Code, Diagnostic};
use crate::forecast::{call_order, calls};
use crate::plan::{self, Database, Node, Service};
use crate::suggest::listed;
use crate::tree::Fault;

/// Reports a circle of calls, and where there is none, services that wait for themselves.
pub(super) fn call_cycles(lowering: &mut Lowering<'_>, services: &[Service]) {
    let Err(circle) = call_order(services) else { return waits(lowering, services) };
    let full = |(service, endpoint): &(usize, usize)| {
        format!("{}.{}", services[*service].name, services[*service].endpoints[*endpoint].name)
    };
    let way: Vec<String> = circle.iter().chain(circle.first()).map(full).collect();
    let place = |(service, endpoint): &(usize, usize)| {
        endpoints(lowering.names.services[*service])[*endpoint].name.span
    };
    let [first, others @ ..] = circle.as_slice() else { return };
    let mut problem =
        Diagnostic::new(Code::CallCycle, place(first), format!("`{}` calls itself", full(first)))
            .label("a request here never ends")
            .help(format!("the circle is {}", way.join(" → ")));
    for other in others {
        problem = problem.and(place(other), "by way of this endpoint");
    }
    lowering.report(problem);
}

/// Warns of services that wait for a worker of their own, each in one circle at most. No endpoint calls itself; but all
/// endpoints of a service share its workers, whichever of them calls.
fn waits(lowering: &mut Lowering<'_>, services: &[Service]) {
    let name = |service: usize| services[service].name.as_str();
    let callees: Vec<Vec<usize>> = services.iter().map(callees).collect();
    let mut told: Vec<usize> = Vec::new();
    for first in 0..services.len() {
        if told.contains(&first) {
            continue;
        }
        let Some(circle) = circle(&callees, first) else { continue };
        let others = circle.iter().skip(1).chain([&first]);
        let mut labels = circle.iter().zip(others).filter_map(|(&from, &to)| {
            let asks = |endpoint: &plan::Endpoint| calls(&endpoint.steps).iter().any(|it| it.service == to);
            let endpoint = services[from].endpoints.iter().position(asks)?;
            let place = endpoints(lowering.names.services[from])[endpoint].name.span;
            Some((place, format!("holds a worker of `{}` and waits for one of `{}`", name(from), name(to))))
        });
        let Some((place, text)) = labels.next() else { continue };
        let way: Vec<&str> = circle.iter().chain([&first]).map(|it| name(*it)).collect();
        let message = format!("`{}` may wait for itself: {}", name(first), way.join(" → "));
        let problem = Diagnostic::new(Code::WaitsForItself, place, message).label(text);
        let problem = labels.fold(problem, |problem, (place, text)| problem.and(place, text));
        lowering.report(problem.help("when all workers wait, none is left to answer"));
        told.extend(circle);
    }
}

/// The shortest way of calls from a service back to itself, each service once.
fn circle(callees: &[Vec<usize>], first: usize) -> Option<Vec<usize>> {
    let mut caller: Vec<Option<usize>> = vec![None; callees.len()];
    let mut next = VecDeque::from([first]);
    while let Some(service) = next.pop_front() {
        for &callee in &callees[service] {
            if callee == first {
                let back = std::iter::successors(Some(service), |it| caller[*it]);
                let mut way: Vec<usize> = back.collect();
                way.reverse();
                return Some(way);
            }
            if caller[callee].is_none() {
                caller[callee] = Some(service);
                next.push_back(callee);
            }
        }
    }
    None
}

/// The services that a service calls, in order and each once.
fn callees(service: &Service) -> Vec<usize> {
    asked(service).into_iter().filter_map(only!(Node::Service)).collect()
}

/// The services and databases that a service asks, in order and each once.
fn asked(service: &Service) -> Vec<Node> {
    fn walk(steps: &[plan::Step], nodes: &mut Vec<Node>) {
        for step in steps {
            let node = match step {
                plan::Step::Call(call) => Node::Service(call.service),
                plan::Step::Query { database, .. } => Node::Database(*database),
                plan::Step::Parallel(steps) => {
                    walk(steps, nodes);
                    continue;
                }
                plan::Step::Cpu(_) | plan::Step::Wait(_) => continue,
            };
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
    }
    let mut nodes = Vec::new();
    service.endpoints.iter().for_each(|endpoint| walk(&endpoint.steps, &mut nodes));
    nodes
}

/// Reports faults on edges that no request takes.
pub(super) fn edges(
    lowering: &mut Lowering<'_>,
    services: &[Service],
    databases: &[Database],
    faults: &[(&Fault, plan::Fault)],
) {
    for (tree, fault) in faults {
        let known = asked(&services[fault.edge.from]);
        if known.contains(&fault.edge.to) || lowering.loaded.lacks_definitions {
            continue;
        }
        let named = |node: &Node| match node {
            Node::Service(service) => format!("`{}`", services[*service].name),
            Node::Database(database) => format!("`{}`", databases[*database].name),
        };
        let from = &tree.from.value;
        let help = match known.as_slice() {
            [] => format!("`{from}` calls nothing"),
            known => format!("`{from}` calls {}", listed(known.iter().map(named), "and")),
        };
        let problem = Diagnostic::new(
            Code::NoEdge,
            tree.from.span.to(tree.to.span),
            format!("`{from}` never calls `{}`", tree.to.value),
        )
        .label("nothing goes this way")
        .help(help);
        lowering.report(problem);
    }
}
