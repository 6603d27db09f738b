//! The plan: a checked scenario with every name resolved, which is what both worlds run.
//!
//! Indices point into the vectors of [`Plan`]; durations are offsets from the start of the run.

use std::time::Duration;

use crate::quantity::{Distribution, When};
use crate::vocabulary::Phrase;

/// A whole scenario, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The scenario's name.
    pub name: String,
    /// The comment lines that open the file, without their `#`.
    pub description: String,
    /// The module of the book that it belongs to.
    pub module: Option<u32>,
    /// Where all randomness comes from.
    pub seed: u64,
    /// The start of the run, in nanoseconds since the Unix epoch.
    pub start_unix_ns: i64,
    /// How long the run takes.
    pub duration: Duration,
    /// The time before the start that is taken as lived through.
    pub history: Option<History>,
    /// How often targets are scraped.
    pub scrape_interval: Duration,
    /// The services, in the order of definition.
    pub services: Vec<Service>,
    /// The databases, in the order of definition.
    pub databases: Vec<Database>,
    /// The traffic.
    pub loads: Vec<Load>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// The objectives.
    pub slos: Vec<Slo>,
    /// The rule files, as the loader names them.
    pub rules: Vec<String>,
    /// The `alertmanager.yml`, as the loader names it.
    pub routes: Option<String>,
    /// What must be noticed.
    pub checks: Vec<Check>,
}

/// `history 3d at 80/s`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    /// How far back it reaches.
    pub length: Duration,
    /// Requests per second, over all loads together.
    pub rate: f64,
}

/// One service of the system.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Where it is, if it runs already; a live run starts all others itself. In virtual time its endpoints are what is
    /// said of them.
    pub at: Option<At>,
    /// How many replicas run.
    pub replicas: u32,
    /// Requests in service at once, per replica; the rest queue.
    pub workers: u32,
    /// Processors of one replica: what `work cpu` holds one of, and queues for.
    pub cores: u32,
    /// Under which names it reports.
    pub telemetry: Telemetry,
    /// What it answers.
    pub endpoints: Vec<Endpoint>,
}

/// `at "http://127.0.0.1:8080"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// A name or an address, IPv6 in brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether it speaks TLS (`https`).
    pub tls: bool,
}

/// The names, labels and buckets of a service's metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Telemetry {
    /// OpenTelemetry's semantic conventions for HTTP and databases.
    #[default]
    Otel,
    /// `http_requests_total{code}` and `http_request_duration_seconds`.
    Classic,
}

/// `endpoint place-order POST "/api/orders" { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Its name, unique within the service.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The route, with `{id}` for parameters: [`crate::route::Route`] reads it.
    pub path: String,
    /// What it does, one after the other.
    pub steps: Vec<Step>,
}

/// One thing that an endpoint does.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// `work cpu …`: holds the worker and burns the processor.
    Cpu(Distribution),
    /// `work wait …`: holds the worker and sleeps.
    Wait(Distribution),
    /// `call order-service.create-order …`.
    Call(Call),
    /// `parallel { … }`: all at once; goes on when the last has ended.
    Parallel(Vec<Step>),
    /// `query postgres.orders-by-user`.
    Query {
        /// Index into [`Plan::databases`].
        database: usize,
        /// Index into [`Database::queries`].
        query: usize,
    },
}

/// A call to another service.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Index into [`Plan::services`].
    pub service: usize,
    /// Index into [`Service::endpoints`].
    pub endpoint: usize,
    /// How long the caller waits for one attempt.
    pub timeout: Option<Duration>,
    /// When it tries again.
    pub retry: Option<Retry>,
}

/// `retry 2 on 502, timeout` with optional `backoff 10ms` and `budget 20%`.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// Attempts after the first.
    pub attempts: u32,
    /// What is worth another attempt.
    pub on: Vec<RetryOn>,
    /// The pause before an attempt; none by default.
    pub backoff: Option<Distribution>,
    /// The greatest ratio of retries to requests, over the last ten seconds; none by default.
    pub budget: Option<f64>,
}

/// An outcome that is retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryOn {
    /// This HTTP status.
    Status(u16),
    /// No answer in time.
    Timeout,
    /// No connection.
    Connect,
}

/// One database of the system.
#[derive(Debug, Clone, PartialEq)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// `postgresql`.
    pub engine: String,
    /// Connections per replica of a calling service.
    pub pool_size: u32,
    /// How long a caller waits for a connection before it gives up.
    pub pool_wait: Duration,
    /// Its tables.
    pub tables: Vec<Table>,
    /// The queries that services may run.
    pub queries: Vec<Query>,
}

/// `table orders { rows 1_000_000  index (id) }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// How many rows it holds.
    pub rows: u64,
    /// Its indexes, each a list of columns.
    pub indexes: Vec<Vec<String>>,
}

/// A named query: ``query orders-by-user `SELECT …` takes lognormal(p50 1ms, p99 5ms)``.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Its name, unique within the database.
    pub name: String,
    /// Its text.
    pub sql: String,
    /// How long it takes.
    pub takes: Distribution,
}

/// Traffic on one service.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// Its name.
    pub name: String,
    /// Index into [`Plan::services`].
    pub service: usize,
    /// How arrivals are spread (open model).
    pub arrivals: Arrivals,
    /// Which endpoints are asked, as index and share; the shares add up to 1.
    pub mix: Vec<(usize, f64)>,
    /// Whether the shapes are of the closed model.
    pub closed: bool,
    /// Time between an answer and the next request of a user (closed model).
    pub think: Option<Distribution>,
    /// The shapes, one after the other.
    pub shapes: Vec<Phrase>,
}

/// How arrivals are spread around their rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrivals {
    /// Evenly spaced.
    #[default]
    Even,
    /// A Poisson process.
    Poisson,
}

/// A way from a service to another service or to a database. Faults act on the ways between services only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Index into [`Plan::services`].
    pub from: usize,
    /// The other end.
    pub to: Node,
}

/// A service or a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// Index into [`Plan::services`].
    Service(usize),
    /// Index into [`Plan::databases`].
    Database(usize),
}

/// Something that goes wrong for a while.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Its name.
    pub name: String,
    /// Where it acts.
    pub edge: Edge,
    /// When it begins.
    pub from: Duration,
    /// How long it lasts.
    pub length: Duration,
    /// What it does.
    pub actions: Vec<Action>,
}

impl Fault {
    /// When it ends.
    pub fn end(&self) -> Duration {
        self.from + self.length
    }
}

/// One thing that a fault does: `abort 503 for 20% of requests`.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The statement as written, on one line with single blanks, share and all.
    pub text: String,
    /// What, in the words of the vocabulary.
    pub phrase: Phrase,
    /// The share of requests it hits, 0 to 1.
    pub share: f64,
}

/// An objective: `objective 99.9% over 30d`, `of api-gateway requests without status 5xx`.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    /// Its name.
    pub name: String,
    /// The share of good requests, 0 to 1.
    pub objective: f64,
    /// Over how long.
    pub period: Duration,
    /// Index into [`Plan::services`].
    pub service: usize,
    /// What makes a request bad.
    pub bad: Bad,
}

/// What makes a request bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bad {
    /// `without status 5xx`: a status of this hundred, here 5.
    StatusClass(u16),
}

/// One expectation.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The statement as written, on one line.
    pub text: String,
    /// Where it stands.
    pub at: Place,
    /// What it says, in the words of the vocabulary.
    pub phrase: Phrase,
    /// The faults it depends on, as indices into [`Plan::faults`].
    pub faults: Vec<usize>,
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as the loader names it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl Plan {
    /// The fault of that name.
    pub fn fault(&self, name: &str) -> Option<&Fault> {
        self.faults.iter().find(|fault| fault.name == name)
    }

    /// The parts of the run that `when` means, as half-open spans of offsets from the start, in order.
    /// A name that the checker has not seen gives none.
    pub fn spans(&self, when: &When) -> Vec<(Duration, Duration)> {
        let end = self.duration;
        let at = |anchor: &crate::quantity::Anchor| {
            self.fault(&anchor.fault).map(|fault| if anchor.end { fault.end() } else { fault.from })
        };
        let spans = match when {
            When::Within { limit, of } => at(of).map(|t| vec![(t, t + *limit)]),
            When::Before(anchor) => at(anchor).map(|t| vec![(Duration::ZERO, t)]),
            When::After(anchor) => at(anchor).map(|t| vec![(t, end)]),
            When::During { fault, after } => self.fault(fault).map(|f| vec![(f.from + *after, f.end())]),
            When::Outside(fault) => self.fault(fault).map(|f| vec![(Duration::ZERO, f.from), (f.end(), end)]),
            When::AtEnd => Some(vec![(end, end)]),
        };
        let mut spans = spans.unwrap_or_default();
        spans.retain_mut(|(from, to)| {
            *to = (*to).min(end);
            *from < *to || matches!(when, When::AtEnd)
        });
        spans
    }
}
