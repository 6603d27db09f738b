//! Names become indices into the plan, or are reported.

use super::names::{Named, endpoints, index, names, queries};
use super::{Lowering, is_whole};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Node;
use crate::suggest::advice;
use crate::tree::Name;

impl Lowering<'_> {
    /// The service of that name.
    pub(super) fn service(&mut self, name: &Name) -> Option<usize> {
        self.found(&self.names.services.clone(), name, Code::UnknownService, "service")
    }

    /// The database of that name.
    pub(super) fn database(&mut self, name: &Name) -> Option<usize> {
        self.found(&self.names.databases.clone(), name, Code::UnknownDatabase, "database")
    }

    /// The service or database of that name.
    pub(super) fn node(&mut self, name: &Name) -> Option<Node> {
        let service = index(&self.names.services, &name.value).map(Node::Service);
        let node = service.or_else(|| index(&self.names.databases, &name.value).map(Node::Database));
        if node.is_none() {
            let known = [names(&self.names.services), names(&self.names.databases)].concat();
            self.unknown(Code::UnknownNode, name, "service or database", &known);
        }
        node
    }

    /// The fault of that name.
    pub(super) fn fault(&mut self, name: &Name) -> Option<usize> {
        self.found(&self.names.faults.clone(), name, Code::UnknownAnchor, "fault")
    }

    /// The objective of that name.
    pub(super) fn slo(&mut self, name: &Name) -> Option<usize> {
        self.found(&self.names.slos.clone(), name, Code::UnknownSlo, "slo")
    }

    /// The endpoint of that name; not reported where endpoints of the service could not be read.
    pub(super) fn endpoint(&mut self, service: usize, name: &Name) -> Option<usize> {
        let service = self.names.services[service];
        let known = endpoints(service);
        if !is_whole(&service.body) {
            return index(&known, &name.value);
        }
        self.found(&known, name, Code::UnknownEndpoint, "endpoint")
    }

    /// The query of that name; not reported where queries of the database could not be read.
    pub(super) fn query(&mut self, database: usize, name: &Name) -> Option<usize> {
        let database = self.names.databases[database];
        let known = queries(database);
        if !is_whole(&database.body) {
            return index(&known, &name.value);
        }
        self.found(&known, name, Code::UnknownQuery, "query")
    }

    fn found<T: Named>(&mut self, defined: &[&T], name: &Name, code: Code, noun: &str) -> Option<usize> {
        let found = index(defined, &name.value);
        if found.is_none() {
            self.unknown(code, name, noun, &names(defined));
        }
        found
    }

    /// Reports a name that nothing has, unless the definition may be among what could not be read.
    fn unknown(&mut self, code: Code, name: &Name, noun: &str, known: &[&str]) {
        if self.loaded.lacks_definitions {
            return;
        }
        let problem = Diagnostic::new(code, name.span, format!("there is no {noun} `{}`", name.value))
            .label("not defined")
            .maybe_help(advice(&name.value, known, noun));
        self.report(problem);
    }
}
