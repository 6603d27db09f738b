//! The tree: what was written, with every place and every comment, before any name is resolved.
//!
//! Comments belong to statements: the lines above one, and the one at its end. Together with the spans that is
//! all that a formatter needs.

use std::time::Duration;

use crate::plan::{Arrivals, Bad, RetryOn, Telemetry};
use crate::quantity::{Distribution, Value};
use crate::span::{Span, Spanned};
use crate::vocabulary::{Kind, Phrase};

/// A name as written.
pub type Name = Spanned<String>;

/// The statements of a file or between braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Body<S> {
    /// The statements.
    pub statements: Vec<Statement<S>>,
    /// Comments after the last statement.
    pub tail: Vec<Comment>,
}

impl<S> Body<S> {
    /// The statements that could be read and are not commented out.
    pub fn nodes(&self) -> impl Iterator<Item = &S> {
        self.statements.iter().filter_map(|statement| match &statement.node {
            Node::Read(node) => Some(node),
            Node::Disabled | Node::Error => None,
        })
    }

    /// The same, with the place of the whole statement.
    pub fn placed(&self) -> impl Iterator<Item = (Span, &S)> {
        self.statements.iter().filter_map(|statement| match &statement.node {
            Node::Read(node) => Some((statement.span, node)),
            Node::Disabled | Node::Error => None,
        })
    }
}

/// One statement and the comments that belong to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement<S> {
    /// Comment lines above it.
    pub leading: Vec<Comment>,
    /// Whether a blank line stands before it (and after its leading comments).
    pub blank_before: bool,
    /// What it says.
    pub node: Node<S>,
    /// Where it stands, without its comments.
    pub span: Span,
    /// The comment at the end of its line.
    pub trailing: Option<Comment>,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<S> {
    /// It was read.
    Read(S),
    /// `/-` comments it out; its span tells the text.
    Disabled,
    /// It could not be read; a diagnostic says why.
    Error,
}

/// A comment, from `#` to the end of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its text without the `#` and the blanks around it.
    pub text: String,
    /// Whether a blank line stands before it.
    pub blank_before: bool,
    /// Where it stands.
    pub span: Span,
}

/// A statement of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// `scenario "name" { … }`.
    Scenario(Scenario),
    /// `import "lib/shop.scn"`.
    Import(Name),
    /// `service api-gateway { … }`.
    Service(Service),
    /// `database postgres { … }`.
    Database(Database),
    /// `load shoppers on api-gateway { … }`.
    Load(Load),
    /// `fault bad-deploy on api-gateway -> order-service { … }`.
    Fault(Fault),
    /// `slo orders-availability { … }`.
    Slo(Slo),
    /// `rules "rules/*.yml"`.
    Rules(Name),
    /// `routes "alertmanager.yml"`.
    Routes(Name),
    /// `expect { … }`.
    Expect(Body<Said>),
}

/// `scenario "burn-rate" { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its name.
    pub name: Name,
    /// Its settings.
    pub body: Body<Setting>,
}

/// A statement of `scenario`.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// `module 3`.
    Module(Spanned<u64>),
    /// `seed 42`.
    Seed(Spanned<u64>),
    /// `start 2026-01-05 09:00 UTC`, in nanoseconds since the Unix epoch.
    Start(Spanned<i64>),
    /// `history 3d at 80/s`.
    History(Spanned<Duration>, Spanned<f64>),
    /// `duration 2h`.
    Duration(Spanned<Duration>),
    /// `scrape 15s`.
    Scrape(Spanned<Duration>),
}

/// `service api-gateway { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Its name.
    pub name: Name,
    /// `at "http://127.0.0.1:8080"`.
    pub at: Option<Name>,
    /// What is said of it.
    pub body: Body<ServiceItem>,
}

/// A statement of `service`.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceItem {
    /// `replicas 2`.
    Replicas(Spanned<u64>),
    /// `workers 64`.
    Workers(Spanned<u64>),
    /// `cores 2`.
    Cores(Spanned<u64>),
    /// `telemetry otel`.
    Telemetry(Spanned<Telemetry>),
    /// `endpoint place-order POST "/api/orders" { … }`.
    Endpoint(Endpoint),
}

/// `endpoint place-order POST "/api/orders" { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Its name.
    pub name: Name,
    /// The HTTP method.
    pub method: Name,
    /// The route.
    pub path: Name,
    /// What it does.
    pub body: Body<Step>,
}

/// A statement of `endpoint`.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// `work cpu 2ms`.
    Cpu(Spanned<Distribution>),
    /// `work wait 2ms`.
    Wait(Spanned<Distribution>),
    /// `call order-service.create-order …`.
    Call(Call),
    /// `query postgres.order-by-id`.
    Query(Member),
    /// `parallel { … }`.
    Parallel(Body<Step>),
}

/// `service.endpoint` or `database.query`.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Before the dot.
    pub node: Name,
    /// After it.
    pub item: Name,
}

/// `call order-service.create-order timeout 800ms, retry 2 on 502, timeout`.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What is called.
    pub target: Member,
    /// How long the caller waits.
    pub timeout: Option<Spanned<Duration>>,
    /// When it tries again.
    pub retry: Option<Retry>,
}

/// `retry 2 on 502, timeout, backoff 10ms, budget 20%`.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// Attempts after the first.
    pub attempts: Spanned<u64>,
    /// What is retried.
    pub on: Vec<Spanned<RetryOn>>,
    /// The pause before an attempt.
    pub backoff: Option<Spanned<Distribution>>,
    /// The greatest ratio of retries to requests.
    pub budget: Option<Spanned<f64>>,
}

/// `database postgres { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Database {
    /// Its name.
    pub name: Name,
    /// What is said of it.
    pub body: Body<DatabaseItem>,
}

/// A statement of `database`.
#[derive(Debug, Clone, PartialEq)]
pub enum DatabaseItem {
    /// `engine postgresql`.
    Engine(Name),
    /// `pool 20, wait 1s`.
    Pool(Spanned<u64>, Spanned<Duration>),
    /// `table orders { rows 1_000_000  index (id) }`.
    Table(Table),
    /// ``query orders-by-user `SELECT …` takes 2ms``.
    Query(Query),
}

/// `table orders { rows 1_000_000  index (id) }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// What is said of it.
    pub body: Body<TableItem>,
}

/// A statement of `table`.
#[derive(Debug, Clone, PartialEq)]
pub enum TableItem {
    /// `rows 1_000_000`.
    Rows(Spanned<u64>),
    /// `index (user_id, created_at)`.
    Index(Vec<Name>),
}

/// ``query orders-by-user `SELECT …` takes 2ms``.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Its name.
    pub name: Name,
    /// Its SQL.
    pub sql: Name,
    /// How long it takes.
    pub takes: Spanned<Distribution>,
}

/// `load shoppers on api-gateway { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// Its name.
    pub name: Name,
    /// The service it asks.
    pub service: Name,
    /// What is said of it.
    pub body: Body<LoadItem>,
}

/// A statement of `load`.
#[derive(Debug, Clone, PartialEq)]
pub enum LoadItem {
    /// `arrivals poisson`.
    Arrivals(Spanned<Arrivals>),
    /// `mix { get-order 70%  list-orders 30% }`.
    Mix(Body<Share>),
    /// `think exp(2s)`.
    Think(Spanned<Distribution>),
    /// `hold 80/s`, of the open model.
    Open(Said),
    /// `users 50`, of the closed model.
    Closed(Said),
}

/// `get-order 70%`, a statement of `mix`.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The endpoint's name.
    pub endpoint: Name,
    /// Its share, 0 to 1.
    pub ratio: Spanned<f64>,
}

/// `fault bad-deploy on api-gateway -> order-service { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Its name.
    pub name: Name,
    /// The calling end of the edge.
    pub from: Name,
    /// The called end of the edge.
    pub to: Name,
    /// What is said of it.
    pub body: Body<FaultItem>,
}

/// A statement of `fault`.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultItem {
    /// `from 75m for 10m`.
    Window(Spanned<Moment>, Spanned<Duration>),
    /// `abort 503 for 20% of requests`; without a share, all requests.
    Action(Said, Option<Spanned<f64>>),
}

/// When a fault begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Moment {
    /// So long after the start.
    At(Duration),
    /// With another fault, or at its end.
    With {
        /// The other fault.
        fault: Name,
        /// Whether its end is meant.
        end: bool,
    },
}

/// `slo orders-availability { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    /// Its name.
    pub name: Name,
    /// What is said of it.
    pub body: Body<SloItem>,
}

/// A statement of `slo`.
#[derive(Debug, Clone, PartialEq)]
pub enum SloItem {
    /// `objective 99.9% over 30d`.
    Objective(Spanned<f64>, Spanned<Duration>),
    /// `of api-gateway requests without status 5xx`.
    Of(Name, Spanned<Bad>),
}

/// A statement in the words of the vocabulary, with the places of its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// What it says.
    pub phrase: Phrase,
    /// Where the whole of it stands.
    pub span: Span,
    /// The plain words of it, in order.
    pub words: Vec<&'static str>,
    /// The places of the values, in the order of [`Phrase::values`].
    pub places: Vec<Span>,
    /// Every name in it that must exist, and what it must be the name of.
    pub mentions: Vec<(Kind, Name)>,
}

impl Said {
    /// Where the value of a slot stands; the whole statement if the slot was left out.
    pub fn place(&self, slot: &str) -> Span {
        let index = self.phrase.values.iter().position(|(name, _)| name == slot);
        index.and_then(|index| self.places.get(index)).copied().unwrap_or(self.span)
    }

    /// The first slot with such a value, and where it stands.
    pub fn find<T>(&self, want: impl Fn(&Value) -> Option<T>) -> Option<(T, Span)> {
        let pairs = self.phrase.values.iter().zip(&self.places);
        pairs.filter_map(|((_, value), place)| Some((want(value)?, *place))).next()
    }
}
