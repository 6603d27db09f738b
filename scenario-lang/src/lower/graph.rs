//! The call graph: who calls whom.

use super::Lowering;
use super::names::endpoints;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{self, Call, Database, Node, Service};
use crate::suggest::listed;
use crate::tree::Fault;

/// Reports endpoints that end up calling themselves, each circle once.
pub(super) fn call_cycles(lowering: &mut Lowering<'_>, services: &[Service]) {
    let mut done: Vec<(usize, usize)> = Vec::new();
    for (service, defined) in services.iter().enumerate() {
        for endpoint in 0..defined.endpoints.len() {
            let mut path = Vec::new();
            if let Some(circle) = circle(services, (service, endpoint), &mut path, &mut done) {
                let full = |(service, endpoint): &(usize, usize)| {
                    format!("{}.{}", services[*service].name, services[*service].endpoints[*endpoint].name)
                };
                let way: Vec<String> = circle.iter().chain([&circle[0]]).map(full).collect();
                let (service, endpoint) = circle[0];
                let name = &endpoints(lowering.names.services[service])[endpoint].name;
                let problem = Diagnostic::new(
                    Code::CallCycle,
                    name.span,
                    format!("`{}` calls itself", full(&circle[0])),
                )
                .label("a request here never ends")
                .help(format!("the circle is {}", way.join(" → ")));
                lowering.report(problem);
            }
        }
    }
}

/// The first circle that is met on the way down from `at`; what has been left behind is `done`.
fn circle(
    services: &[Service],
    at: (usize, usize),
    path: &mut Vec<(usize, usize)>,
    done: &mut Vec<(usize, usize)>,
) -> Option<Vec<(usize, usize)>> {
    if let Some(from) = path.iter().position(|step| *step == at) {
        return Some(path[from..].to_vec());
    }
    if done.contains(&at) {
        return None;
    }
    path.push(at);
    let endpoint = &services[at.0].endpoints[at.1];
    let mut found = None;
    for call in calls(&endpoint.steps) {
        found = found.or_else(|| circle(services, (call.service, call.endpoint), path, done));
    }
    path.pop();
    done.push(at);
    found
}

/// All calls of some steps.
pub(super) fn calls(steps: &[plan::Step]) -> Vec<&Call> {
    let mut calls = Vec::new();
    for step in steps {
        match step {
            plan::Step::Call(call) => calls.push(call),
            plan::Step::Parallel(steps) => calls.extend(self::calls(steps)),
            plan::Step::Cpu(_) | plan::Step::Wait(_) | plan::Step::Query { .. } => {}
        }
    }
    calls
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
        if known.contains(&fault.edge.to) || lowering.loaded.lacks_definitions() {
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
