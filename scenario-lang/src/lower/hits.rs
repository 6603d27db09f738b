//! Whether a fault can be expected to hit anything.

use super::Lowering;
use crate::diagnostic::{Code, Diagnostic};
use crate::forecast::expected_hits;
use crate::plan::Plan;
use crate::tree::FaultItem;

/// Warns of actions that will hit fewer than one request.
pub(super) fn expected(lowering: &mut Lowering<'_>, plan: &Plan) {
    let defined = lowering.names.faults.clone();
    for fault in &plan.faults {
        let Some(tree) = defined.iter().find(|tree| tree.name.value == fault.name) else { continue };
        let said = tree.body.nodes().filter_map(|it| match it {
            FaultItem::Action(said, share) => {
                Some(share.as_ref().map_or(said.span, |share| said.span.to(share.span)))
            }
            FaultItem::Window(..) => None,
        });
        for (action, span) in fault.actions.iter().zip(said) {
            let Some(hits) = expected_hits(plan, fault, action).filter(|hits| *hits < 1.0) else { continue };
            let problem = Diagnostic::new(
                Code::NoHits,
                span,
                format!("`{}` is not expected to hit any request", fault.name),
            )
            .label(format!("about {:.2} requests", hits))
            .help("let it last longer, hit a greater share, or raise the load");
            lowering.report(problem);
        }
    }
}
