//! From the tree to the plan: names are resolved, and what does not fit together is reported.
//!
//! - `names`, `resolve`: everything that is defined, and the way from a name to it
//! - `settings`, `system`, `traffic`, `faults`, `slos`, `checks`: one part of the plan each
//! - `graph`, `hits`: what only the whole shows

mod checks;
mod faults;
mod graph;
mod hits;
mod names;
mod resolve;
mod settings;
mod slos;
mod system;
mod traffic;

pub(crate) use checks::said;
use std::time::Duration;

use names::Names;

use crate::diagnostic::{Code, Diagnostic};
use crate::load::Loaded;
use crate::plan::Plan;
use crate::span::{Span, Spanned};
use crate::tree::{Body, Item, Name, Node};

/// Understands what was loaded. There is a plan if nothing is wrong, not even in what [`crate::load()`] reported.
///
/// Alerts and receivers are names of files outside; see [`crate::check()`].
pub fn lower(loaded: &Loaded) -> (Option<Plan>, Vec<Diagnostic>) {
    let mut lowering = Lowering { loaded, diagnostics: Vec::new(), names: Names::default() };
    lowering.names = names::collect(&mut lowering);
    let plan = lowering.plan();
    let mut diagnostics = lowering.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    let sound = loaded.complete && !diagnostics.iter().any(Diagnostic::is_error);
    (plan.filter(|_| sound), diagnostics)
}

/// What all parts of the lowering share.
pub(crate) struct Lowering<'a> {
    loaded: &'a Loaded,
    diagnostics: Vec<Diagnostic>,
    names: Names<'a>,
}

impl<'a> Lowering<'a> {
    fn plan(&mut self) -> Option<Plan> {
        let services = system::services(self);
        let databases = system::databases(self);
        let slos = slos::slos(self);
        graph::call_cycles(self, &services);
        let settings = settings::settings(self);
        let duration = settings.as_ref().map_or(Duration::MAX, |settings| settings.duration);
        let loads = traffic::loads(self, duration);
        let faults = faults::faults(self, duration);
        graph::edges(self, &services, &databases, &faults);
        let plan = Plan {
            loads,
            faults: faults.into_iter().map(|(_, fault)| fault).collect(),
            slos,
            checks: checks::checks(self),
            rules: self.loaded.rules.iter().map(|rules| rules.value.clone()).collect(),
            routes: self.loaded.routes.clone(),
            services,
            databases,
            ..settings?
        };
        if !self.diagnostics.iter().any(Diagnostic::is_error) {
            checks::within_run(self, &plan);
            hits::expected(self, &plan);
        }
        Some(plan)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// What `pick` finds in a body; a second one is reported.
    fn once<S, T>(&mut self, body: &'a Body<S>, what: &str, pick: impl Fn(&'a S) -> Option<T>) -> Option<T> {
        let mut found: Option<(Span, T)> = None;
        for (span, node) in body.placed() {
            let Some(value) = pick(node) else { continue };
            match &found {
                None => found = Some((span, value)),
                Some((first, _)) => {
                    let problem = Diagnostic::new(Code::Repeated, span, format!("`{what}` stands twice"))
                        .label("set again")
                        .and(*first, "first set here");
                    self.report(problem);
                }
            }
        }
        found.map(|(_, value)| value)
    }

    /// Reports a statement that `owner` lacks, unless it may be among what could not be read.
    fn missing<S>(&mut self, owner: &Name, body: &Body<S>, what: &str, example: &str) {
        if is_whole(body) {
            let problem =
                Diagnostic::new(Code::Missing, owner.span, format!("`{}` has no `{what}`", owner.value))
                    .label(format!("`{what}` is missing"))
                    .help(format!("add a line such as `{example}`"));
            self.report(problem);
        }
    }

    /// A count that is not zero, and at most `most`.
    fn positive(&mut self, count: &Spanned<u64>, what: &str, most: u32) -> u32 {
        if count.value == 0 {
            let problem =
                Diagnostic::new(Code::Zero, count.span, format!("there must be {what}")).label("none");
            self.report(problem);
        }
        self.count(count, most)
    }

    /// A count of at most `most`.
    fn count(&mut self, count: &Spanned<u64>, most: u32) -> u32 {
        match u32::try_from(count.value) {
            Ok(count) if count <= most => count,
            _ => {
                let problem = Diagnostic::new(Code::CountTooLarge, count.span, "this count is too large")
                    .label(format!("the most is {most}"));
                self.report(problem);
                most
            }
        }
    }
}

/// Whether every statement of a body could be read.
fn is_whole<S>(body: &Body<S>) -> bool {
    !body.statements.iter().any(|statement| matches!(statement.node, Node::Error))
}

/// The items of one sort, of all files.
fn all<'a, T: 'a>(
    loaded: &'a Loaded,
    pick: impl Fn(&'a Item) -> Option<&'a T> + 'a,
) -> impl Iterator<Item = &'a T> {
    loaded.items().filter_map(move |(.., item)| pick(item))
}
