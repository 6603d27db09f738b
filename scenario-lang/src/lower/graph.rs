//! The call graph: who asks whom.

use super::Lowering;
use super::names::endpoints;
use crate::diagnostic::{Code, Diagnostic};
use crate::forecast::call_order;
use crate::plan::{self, Database, Node, Service};
use crate::suggest::listed;
use crate::tree::Fault;

/// Reports a circle of calls.
pub(super) fn call_cycles(lowering: &mut Lowering<'_>, services: &[Service]) {
    let Err(circle) = call_order(services) else { return };
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
