//! Expectations.

use super::Lowering;
use crate::diagnostic::{Code, Diagnostic};
use crate::load::Loaded;
use crate::plan::{Check, Place, Plan};
use crate::quantity::{When, written};
use crate::tree::{Item, Said};
use crate::vocabulary::Kind;

/// The expectations of the main file, in order.
pub(super) fn checks(lowering: &mut Lowering<'_>) -> Vec<Check> {
    let loaded = lowering.loaded;
    said(loaded).map(|said| check(lowering, said)).collect()
}

/// The statements of all `expect` blocks, in the order of the plan's checks.
pub(crate) fn said(loaded: &Loaded) -> impl Iterator<Item = &Said> {
    let items = loaded.main().into_iter().flat_map(|main| main.nodes());
    items.filter_map(|item| if let Item::Expect(body) = item { Some(body.nodes()) } else { None }).flatten()
}

/// Reports deadlines that the run does not live to see.
pub(super) fn within_run(lowering: &mut Lowering<'_>, plan: &Plan) {
    let loaded = lowering.loaded;
    for said in said(loaded) {
        let Some(When::Within { limit, of }) = said.phrase.when("when") else { continue };
        let Some(fault) = plan.fault(&of.fault) else { continue };
        let end = limit + if of.end { fault.end() } else { fault.from };
        if end > plan.duration {
            let problem =
                Diagnostic::new(Code::AfterRun, said.place("when"), "the run ends before this deadline")
                    .label(format!("until {}", written(end)))
                    .help(format!(
                        "the run takes {}: make it longer, or the deadline shorter",
                        written(plan.duration)
                    ));
            lowering.report(problem);
        }
    }
}

fn check(lowering: &mut Lowering<'_>, said: &Said) -> Check {
    let mut faults = Vec::new();
    for (kind, name) in &said.mentions {
        match kind {
            Kind::Service => _ = lowering.service(name),
            Kind::Node => _ = lowering.node(name),
            Kind::Slo => _ = lowering.slo(name),
            Kind::Fault => {
                let fault = lowering.fault(name);
                faults.extend(fault.filter(|fault| !faults.contains(fault)));
            }
            // Alerts and receivers are names of files outside; the other kinds hold no names that must exist.
            _ => {}
        }
    }
    let sources = &lowering.loaded.sources;
    let file = sources.get(said.span.file).map(|source| source.name.clone()).unwrap_or_default();
    let (text, at) = (said.phrase.text.clone(), Place { file, line: sources.line(said.span) });
    Check { text, at, phrase: said.phrase.clone(), faults }
}
