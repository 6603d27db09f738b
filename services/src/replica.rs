//! A replica: takes requests in, queues them for its workers, and does the steps of the endpoint they ask for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use http::{Method, StatusCode};
use metrics::Gauge;
use scenario_lang::route::Route;
use sim_core::net::{Answer, Body, Edge, Request, Response};
use sim_core::random::{Draws, Purpose};
use sim_core::sync::Semaphore;
use sim_core::telemetry::{Propagation, Severity, SpanKind, TraceContext};
use sim_core::world::World;

use crate::step::{self, Serving, Step};
use crate::telemetry::activity::Observed;
use crate::telemetry::instruments::{ByOutcome, OperationKind, Outcome};
use crate::telemetry::names;
use crate::telemetry::resource::Resource;
use crate::telemetry::tap::Line;

/// One replica of a service.
pub(crate) struct Replica<W: World> {
    pub(crate) world: W,
    pub(crate) resource: Resource,
    pub(crate) workers: Semaphore,
    /// The more specific routes first.
    pub(crate) endpoints: Vec<Rc<Endpoint<W>>>,
    /// Answer what no endpoint does, one for each method; made when they are first asked.
    pub(crate) not_found: RefCell<Vec<Rc<Endpoint<W>>>>,
    /// The site of every server span: there is one for each client span.
    pub(crate) site: Purpose,
    /// Requests that came without a context of ours.
    pub(crate) foreign: Cell<u64>,
}

/// Something that a replica answers.
pub(crate) struct Endpoint<W: World> {
    /// The method and the route, as spans and log lines have it.
    name: String,
    /// Requests of this method being served.
    active: Gauge,
    method: Method,
    /// None for what no endpoint answers.
    pub(crate) route: Option<Route>,
    steps: Rc<[Step<W>]>,
    observed: Rc<Observed>,
    /// The lines of the access log.
    lines: ByOutcome<Line>,
}

/// The methods of RFC 9110 and RFC 5789.
const METHODS: [Method; 9] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::CONNECT,
    Method::OPTIONS,
    Method::TRACE,
];

/// What the conventions call all other methods, so that callers cannot make series at will.
const OTHER: &str = "_OTHER";

impl<W: World> Endpoint<W> {
    /// What a replica does for requests of this method and path.
    pub(crate) fn new(resource: &Resource, method: Method, path: &str, steps: Rc<[Step<W>]>) -> Self {
        let name = match path {
            "" if method == OTHER => "HTTP".to_owned(),
            "" => method.to_string(),
            path => format!("{method} {path}"),
        };
        let mut attributes =
            vec![("http.request.method", method.to_string()), ("url.scheme", names::HTTP.to_owned())];
        if !path.is_empty() {
            attributes.push(("http.route", path.to_owned()));
        }
        let shape = resource.span(SpanKind::Server, name.clone(), None, attributes);
        let kind = OperationKind::Server { method: method.to_string(), route: path.to_owned() };
        let observed = Observed::new(resource, kind, shape);
        let labels = [
            (names::SERVICE, resource.service.clone()),
            (names::METHOD, method.to_string()),
            (names::SCHEME, names::HTTP.to_owned()),
        ];
        let active = resource.record(|| metrics::gauge!(names::SERVER_ACTIVE, &labels));
        Self {
            name,
            active,
            method,
            route: Route::parse(path).ok(),
            steps,
            observed,
            lines: ByOutcome::new(),
        }
    }

    fn answers(&self, method: &Method, path: &str) -> bool {
        self.method == *method && self.route.as_ref().is_some_and(|route| route.matches(path))
    }
}

impl<W: World> Replica<W> {
    /// The way to this replica.
    pub(crate) fn into_edge(self) -> Edge {
        let replica = Rc::new(self);
        Edge::from_fn(move |request| Box::pin(replica.clone().serve(request)))
    }

    async fn serve(self: Rc<Self>, request: Request) -> Answer {
        let sent = Propagation::extract(request.headers()).unwrap_or_else(|| self.adopt());
        let endpoint = self.endpoint(&request);
        let key = sent.context.into();
        let context = sent.context.child(Draws::span_id(sent.context, self.site, 0));
        // Where the caller does not say, the root is meant to be sent when it arrives here.
        let intended_ns = sent.intended_ns.unwrap_or_else(|| self.world.now_ns());
        let activity = endpoint.observed.begin(&self.world, context, sent.context.span_id, 0);
        let active = Active::new(&endpoint.active);
        let permit = self.workers.acquire().await;
        let serving = Serving { context, key, intended_ns };
        let status = match step::run(&endpoint.steps, &self.world, serving).await {
            Ok(()) if endpoint.route.is_some() => StatusCode::OK,
            Ok(()) => StatusCode::NOT_FOUND,
            Err(step::Failure(status)) => {
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        };
        drop((permit, active));
        let outcome = Outcome::Status(status.as_u16());
        activity.end(outcome);
        self.resource.tap.log(self.line(&endpoint, outcome), self.world.now_ns(), context);
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        Ok(response)
    }

    fn endpoint(&self, request: &Request) -> Rc<Endpoint<W>> {
        let (method, path) = (request.method(), request.uri().path());
        let asked = self.endpoints.iter().find(|endpoint| endpoint.answers(method, path));
        asked.cloned().unwrap_or_else(|| self.not_found(method))
    }

    fn not_found(&self, method: &Method) -> Rc<Endpoint<W>> {
        let method = match METHODS.contains(method) {
            true => method.clone(),
            false => Method::from_bytes(OTHER.as_bytes()).expect("letters and an underscore are a method"),
        };
        let mut made = self.not_found.borrow_mut();
        if let Some(known) = made.iter().find(|endpoint| endpoint.method == method) {
            return known.clone();
        }
        let new = Rc::new(Endpoint::new(&self.resource, method, "", Rc::from([])));
        made.push(new.clone());
        new
    }

    /// The context of a request that brought none: the n-th such of this replica.
    fn adopt(&self) -> Propagation {
        let ordinal = self.foreign.replace(self.foreign.get() + 1);
        let origin = Purpose::new(&format!("foreign/{}", self.resource.instance));
        let trace_id = self.world.draws().trace_id(origin, ordinal);
        Propagation::new(TraceContext::root(trace_id), self.world.now_ns())
    }

    fn line(&self, endpoint: &Endpoint<W>, outcome: Outcome) -> Line {
        endpoint.lines.get(outcome, || {
            let status = outcome.status();
            let severity = if status >= 500 { Severity::Error } else { Severity::Info };
            self.resource.line(severity, format!("{} {status}", endpoint.name))
        })
    }
}

/// Counts a request as being served, for as long as it lives.
struct Active<'a>(&'a Gauge);

impl<'a> Active<'a> {
    fn new(gauge: &'a Gauge) -> Self {
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
