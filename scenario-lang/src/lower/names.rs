//! Everything that is defined, under its name.

use super::Lowering;
use super::all;
use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{
    Body, Database, DatabaseItem, Endpoint, Fault, Item, Load, Name, Query, Service, ServiceItem, Slo, Table,
};

/// The definitions, in the order of the plan's vectors; of two with one name only the first is here.
#[derive(Default)]
pub(super) struct Names<'a> {
    pub(super) services: Vec<&'a Service>,
    pub(super) databases: Vec<&'a Database>,
    pub(super) loads: Vec<&'a Load>,
    pub(super) faults: Vec<&'a Fault>,
    pub(super) slos: Vec<&'a Slo>,
}

/// Something that has a name.
pub(super) trait Named {
    fn name(&self) -> &Name;
}

macro_rules! named {
    ($($type:ty),*) => { $(impl Named for $type { fn name(&self) -> &Name { &self.name } })* };
}
named!(Service, Database, Load, Fault, Slo, Endpoint, Query, Table);

/// The place of a name among definitions.
pub(super) fn index<T: Named>(defined: &[&T], name: &str) -> Option<usize> {
    defined.iter().position(|it| it.name().value == name)
}

/// The names of definitions.
pub(super) fn names<'a, T: Named>(defined: &[&'a T]) -> Vec<&'a str> {
    defined.iter().map(|it| it.name().value.as_str()).collect()
}

/// Collects what all files define, reports what is defined twice, and what an imported file may not hold.
pub(super) fn collect<'a>(lowering: &mut Lowering<'a>) -> Names<'a> {
    imported(lowering);
    let loaded = lowering.loaded;
    let services = unique(lowering, all(loaded, only!(Item::Service)), &[]);
    let taken: Vec<&Name> = services.iter().map(|service| &service.name).collect();
    let databases = all(loaded, only!(Item::Database));
    let databases = unique(lowering, databases, &taken);
    let main = || loaded.main().into_iter().flat_map(Body::nodes);
    let loads = unique(lowering, main().filter_map(only!(Item::Load)), &[]);
    let faults = unique(lowering, main().filter_map(only!(Item::Fault)), &[]);
    let slos = unique(lowering, all(loaded, only!(Item::Slo)), &[]);
    Names { services, databases, loads, faults, slos }
}

/// The endpoints of a service.
pub(super) fn endpoints(service: &Service) -> Vec<&Endpoint> {
    members(&service.body, only!(ServiceItem::Endpoint))
}

/// The queries of a database.
pub(super) fn queries(database: &Database) -> Vec<&Query> {
    members(&database.body, only!(DatabaseItem::Query))
}

/// Those with a name of their own; what is left out, [`unique`] reports once.
fn members<'a, S, T: Named>(body: &'a Body<S>, pick: impl Fn(&'a S) -> Option<&'a T>) -> Vec<&'a T> {
    let mut kept: Vec<&T> = Vec::new();
    for member in body.nodes().filter_map(pick) {
        if index(&kept, &member.name().value).is_none() {
            kept.push(member);
        }
    }
    kept
}

/// Those whose name is neither `taken` nor has come before; the others are reported.
pub(super) fn unique<'a, T: Named>(
    lowering: &mut Lowering<'_>,
    defined: impl Iterator<Item = &'a T>,
    taken: &[&Name],
) -> Vec<&'a T> {
    let mut kept: Vec<&T> = Vec::new();
    for it in defined {
        let name = it.name();
        let first = kept
            .iter()
            .map(|it| it.name())
            .chain(taken.iter().copied())
            .find(|first| first.value == name.value);
        match first {
            None => kept.push(it),
            Some(first) => {
                let problem =
                    Diagnostic::new(Code::Duplicate, name.span, format!("`{}` is defined twice", name.value))
                        .label("defined again")
                        .and(first.span, "first defined here");
                lowering.report(problem);
            }
        }
    }
    kept
}

/// Reports what belongs into the main file only.
fn imported(lowering: &mut Lowering<'_>) {
    let loaded = lowering.loaded;
    for (file, span, item) in loaded.items() {
        let what = match item {
            Item::Scenario(_) => "a scenario",
            Item::Load(_) => "a load",
            Item::Fault(_) => "a fault",
            Item::Expect(_) => "an expectation",
            _ => continue,
        };
        if file.0 > 0 {
            let problem = Diagnostic::new(Code::NotImportable, span, format!("{what} cannot be imported"))
                .label("an import brings definitions only")
                .help("move it into the file that is run");
            lowering.report(match loaded.import_of(file) {
                Some(import) => problem.and(import, "imported here"),
                None => problem,
            });
        }
    }
}
