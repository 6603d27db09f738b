//! The metrics of one operation: handles are resolved once per outcome and kept.

use std::cell::RefCell;

use metrics::{Counter, Histogram, Label};
use scenario_lang::plan::Telemetry;
use sim_core::telemetry::{ErrorType, Exemplar, TraceId};

use super::names;
use super::resource::Resource;

/// How an operation ended, as far as metrics and spans tell ends apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It has no status, and went well.
    Done,
    /// An HTTP status.
    Status(u16),
    /// No answer.
    Failed(ErrorType),
}

impl Outcome {
    /// `error.type`: for a server any 5xx, for a client any 4xx too, as the conventions say.
    pub(crate) fn error(self, errors_from: u16) -> Option<ErrorType> {
        match self {
            Self::Status(status) if status >= errors_from => Some(ErrorType::Status(status)),
            Self::Done | Self::Status(_) => None,
            Self::Failed(error) => Some(error),
        }
    }

    /// `http.response.status_code`, or zero.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Status(status) => status,
            Self::Done | Self::Failed(_) => 0,
        }
    }
}

/// Values made at first sight of an outcome. There are few of them, so that looking from the front is quickest.
pub(crate) struct ByOutcome<T>(RefCell<Vec<(Outcome, T)>>);

impl<T: Clone> ByOutcome<T> {
    pub(crate) fn new() -> Self {
        Self(RefCell::default())
    }

    pub(crate) fn get(&self, outcome: Outcome, make: impl FnOnce() -> T) -> T {
        if let Some((_, made)) = self.0.borrow().iter().find(|(known, _)| *known == outcome) {
            return made.clone();
        }
        let made = make();
        self.0.borrow_mut().push((outcome, made.clone()));
        made
    }
}

/// What is known of an operation before it ends.
pub(crate) struct Operation {
    resource: Resource,
    kind: OperationKind,
    handles: ByOutcome<Handles>,
}

/// Which metrics an operation has.
pub(crate) enum OperationKind {
    /// Serves a request of this method and route; without one if the route is empty.
    Server { method: String, route: String },
    /// Calls this service with this method.
    Client { method: String, peer: String },
    /// Runs the query of this name.
    Query { system: String, database: String, operation: String, query: String },
}

#[derive(Clone)]
struct Handles {
    duration: Histogram,
    count: Option<Counter>,
}

impl Operation {
    pub(crate) fn new(resource: Resource, kind: OperationKind) -> Self {
        Self { resource, kind, handles: ByOutcome::new() }
    }

    /// From which status on an answer counts as an error of this operation.
    pub(crate) fn errors_from(&self) -> u16 {
        match self.kind {
            OperationKind::Server { .. } => 500,
            OperationKind::Client { .. } | OperationKind::Query { .. } => 400,
        }
    }

    /// Notes that the operation took so long and ended so.
    pub(crate) fn record(&self, outcome: Outcome, (start_ns, end_ns): (i64, i64), trace: TraceId) {
        let handles = self.handles.get(outcome, || self.resolve(outcome));
        Exemplar::set_current(trace, end_ns);
        handles.duration.record((end_ns - start_ns) as f64 / 1e9);
        if let Some(count) = handles.count {
            count.increment(1);
        }
    }

    fn resolve(&self, outcome: Outcome) -> Handles {
        let mut labels = vec![Label::new(names::SERVICE, self.resource.service.clone())];
        let mut add = |name: &'static str, value: &str| labels.push(Label::new(name, value.to_owned()));
        let status = outcome.status();
        let metric = match &self.kind {
            OperationKind::Server { method, route } if self.resource.preset == Telemetry::Classic => {
                add("method", method);
                if !route.is_empty() {
                    add("handler", route);
                }
                return self.resolve_classic(labels, status);
            }
            OperationKind::Server { method, route } => {
                add(names::METHOD, method);
                add(names::SCHEME, names::HTTP);
                if !route.is_empty() {
                    add(names::ROUTE, route);
                }
                names::SERVER_DURATION
            }
            OperationKind::Client { method, peer } => {
                add(names::METHOD, method);
                add(names::PEER, peer);
                add(names::PORT, names::HTTP_PORT);
                names::CLIENT_DURATION
            }
            OperationKind::Query { system, database, operation, query } => {
                add(names::DB_SYSTEM, system);
                add(names::DB_NAMESPACE, database);
                add(names::DB_OPERATION, operation);
                add(names::DB_QUERY, query);
                names::DB_DURATION
            }
        };
        if status != 0 {
            add(names::STATUS, &status.to_string());
        }
        if let Some(error) = outcome.error(self.errors_from()) {
            add(names::ERROR, &error.to_string());
        }
        let duration = self.resource.record(|| metrics::histogram!(metric, labels));
        Handles { duration, count: None }
    }

    fn resolve_classic(&self, labels: Vec<Label>, status: u16) -> Handles {
        let mut counted = labels.clone();
        if status != 0 {
            counted.push(Label::new("code", status.to_string()));
        }
        self.resource.record(|| Handles {
            duration: metrics::histogram!(names::CLASSIC_DURATION, labels),
            count: Some(metrics::counter!(names::CLASSIC_REQUESTS, counted)),
        })
    }
}
