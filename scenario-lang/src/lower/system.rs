//! Services and databases.

use super::Lowering;
use super::names::unique;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan;
use crate::route::{Route, RouteError};
use crate::span::Span;
use crate::tree::{
    Call, Database, DatabaseItem, Endpoint, Name, Query, Service, ServiceItem, Step, Table, TableItem,
};

/// Replicas of a service that does not say.
const REPLICAS: u32 = 1;

/// Workers of a service that does not say.
const WORKERS: u32 = 64;

/// Processors of a replica that does not say.
const CORES: u32 = 1;

/// What a run can hold: replicas of a service, processors of a replica, workers of a replica or connections of its
/// pool, and attempts of a call.
const MOST_REPLICAS: u32 = 10_000;
const MOST_CORES: u32 = 10_000;
const MOST_AT_ONCE: u32 = 1_000_000;
const MOST_RETRIES: u32 = 1_000;

/// The services, one for each definition.
pub(super) fn services(lowering: &mut Lowering<'_>) -> Vec<plan::Service> {
    let defined = lowering.names.services.clone();
    defined.into_iter().map(|service| self::service(lowering, service)).collect()
}

fn service<'a>(lowering: &mut Lowering<'a>, service: &'a Service) -> plan::Service {
    let body = &service.body;
    let replicas = lowering.once(body, "replicas", only!(ServiceItem::Replicas));
    let workers = lowering.once(body, "workers", only!(ServiceItem::Workers));
    let cores = lowering.once(body, "cores", only!(ServiceItem::Cores));
    let telemetry = lowering.once(body, "telemetry", only!(ServiceItem::Telemetry));
    let all = body.nodes().filter_map(only!(ServiceItem::Endpoint));
    let endpoints = unique(lowering, all, &[]);
    routes(lowering, &endpoints);
    plan::Service {
        name: service.name.value.clone(),
        at: service.at.as_ref().and_then(|at| address(lowering, at)),
        replicas: replicas
            .map_or(REPLICAS, |it| lowering.positive(it, "at least one replica", MOST_REPLICAS)),
        workers: workers.map_or(WORKERS, |it| lowering.positive(it, "at least one worker", MOST_AT_ONCE)),
        cores: cores.map_or(CORES, |it| lowering.positive(it, "at least one processor", MOST_CORES)),
        telemetry: telemetry.map(|it| it.value).unwrap_or_default(),
        endpoints: endpoints.into_iter().map(|it| endpoint(lowering, it)).collect(),
    }
}

/// Where a service is that runs already: scheme, host and port of a URL, and nothing else.
fn address(lowering: &mut Lowering<'_>, at: &Name) -> Option<plan::At> {
    let tls = at.value.starts_with("https://");
    let authority = at.value.strip_prefix("http://").or_else(|| at.value.strip_prefix("https://"));
    let host_and_port = authority.and_then(|authority| {
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let (host, port) = authority.rsplit_once(':').unwrap_or((authority, if tls { "443" } else { "80" }));
        let is_host = !host.is_empty() && !host.contains(|c: char| "/?#@\\".contains(c) || c.is_whitespace());
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let port = port.parse::<u16>().ok().filter(|&port| port > 0)?;
        (is_host && (bracketed || !host.contains(':'))).then(|| (host.to_owned(), port))
    });
    if host_and_port.is_none() {
        let problem = Diagnostic::new(Code::Address, at.span, "this is no address of a service")
            .label("not `http://HOST:PORT`")
            .help("write scheme, host and port alone, such as \"http://127.0.0.1:8080\"; paths stand at the endpoints");
        lowering.report(problem);
    }
    host_and_port.map(|(host, port)| plan::At { host, port, tls })
}

/// Paths of endpoints are routes, and no two endpoints of a service answer the same one.
fn routes<'a>(lowering: &mut Lowering<'_>, endpoints: &[&'a Endpoint]) {
    let mut known: Vec<(&'a Endpoint, Route)> = Vec::new();
    for endpoint in endpoints {
        let Some(route) = route(lowering, &endpoint.path) else { continue };
        let same = |(other, known): &&(&Endpoint, Route)| {
            *known == route && other.method.value == endpoint.method.value
        };
        if let Some((first, _)) = known.iter().find(same) {
            let path = &endpoint.path;
            let message = format!("`{} {}` is answered twice", endpoint.method.value, path.value);
            let problem = Diagnostic::new(Code::SameRoute, path.span, message)
                .label("the same route")
                .and(first.path.span, format!("already answered by `{}`", first.name.value));
            lowering.report(problem);
        }
        known.push((endpoint, route));
    }
}

fn route(lowering: &mut Lowering<'_>, path: &Name) -> Option<Route> {
    let RouteError { wrong, at } = match Route::parse(&path.value) {
        Ok(route) => return Some(route),
        Err(error) => error,
    };
    // The span has quotes around the text.
    let text = path.span.start + 1;
    let span = Span { start: text + at.start, end: text + at.end, ..path.span };
    let with_slash = || format!("write `\"/{}\"`", path.value);
    let problem = Diagnostic::new(Code::Route, span, wrong)
        .label("not a route")
        .maybe_help((!path.value.starts_with('/')).then(with_slash));
    lowering.report(problem);
    None
}

fn endpoint(lowering: &mut Lowering<'_>, endpoint: &Endpoint) -> plan::Endpoint {
    plan::Endpoint {
        name: endpoint.name.value.clone(),
        method: endpoint.method.value.clone(),
        path: endpoint.path.value.clone(),
        steps: endpoint.body.nodes().filter_map(|it| step(lowering, it)).collect(),
    }
}

fn step(lowering: &mut Lowering<'_>, step: &Step) -> Option<plan::Step> {
    Some(match step {
        Step::Cpu(takes) => plan::Step::Cpu(takes.value.clone()),
        Step::Wait(takes) => plan::Step::Wait(takes.value.clone()),
        Step::Call(call) => plan::Step::Call(self::call(lowering, call)?),
        Step::Query(member) => {
            let database = lowering.database(&member.node)?;
            plan::Step::Query { database, query: lowering.query(database, &member.item)? }
        }
        Step::Parallel(body) => {
            plan::Step::Parallel(body.nodes().filter_map(|it| self::step(lowering, it)).collect())
        }
    })
}

fn call(lowering: &mut Lowering<'_>, call: &Call) -> Option<plan::Call> {
    let retry = call.retry.as_ref().map(|retry| plan::Retry {
        attempts: lowering.positive(&retry.attempts, "at least one more attempt", MOST_RETRIES),
        on: retry.on.iter().map(|on| on.value).collect(),
        backoff: retry.backoff.as_ref().map(|backoff| backoff.value.clone()),
        budget: retry.budget.as_ref().map(|budget| budget.value),
    });
    if let Some(timeout) = call.timeout.as_ref().filter(|timeout| timeout.value.is_zero()) {
        let problem =
            Diagnostic::new(Code::Zero, timeout.span, "a call takes some time").label("times out at once");
        lowering.report(problem);
    }
    let service = lowering.service(&call.target.node)?;
    let endpoint = lowering.endpoint(service, &call.target.item)?;
    Some(plan::Call { service, endpoint, timeout: call.timeout.as_ref().map(|timeout| timeout.value), retry })
}

/// The databases, one for each definition.
pub(super) fn databases(lowering: &mut Lowering<'_>) -> Vec<plan::Database> {
    let defined = lowering.names.databases.clone();
    defined.into_iter().map(|database| self::database(lowering, database)).collect()
}

fn database<'a>(lowering: &mut Lowering<'a>, database: &'a Database) -> plan::Database {
    let body = &database.body;
    let engine = lowering.once(body, "engine", only!(DatabaseItem::Engine));
    let pool = lowering.once(body, "pool", |it| {
        if let DatabaseItem::Pool(size, wait) = it { Some((size, wait)) } else { None }
    });
    if engine.is_none() {
        lowering.missing(&database.name, body, "engine", "engine postgresql");
    }
    if pool.is_none() {
        lowering.missing(&database.name, body, "pool", "pool 20, wait 1s");
    }
    let tables = body.nodes().filter_map(only!(DatabaseItem::Table));
    let tables = unique(lowering, tables, &[]);
    let all = body.nodes().filter_map(only!(DatabaseItem::Query));
    let queries: Vec<&Query> = unique(lowering, all, &[]);
    plan::Database {
        name: database.name.value.clone(),
        engine: engine.map(|engine| engine.value.clone()).unwrap_or_default(),
        pool_size: pool
            .map_or(1, |(size, _)| lowering.positive(size, "at least one connection", MOST_AT_ONCE)),
        pool_wait: pool.map(|(_, wait)| wait.value).unwrap_or_default(),
        tables: tables.into_iter().map(|it| table(lowering, it)).collect(),
        queries: queries
            .into_iter()
            .map(|it| plan::Query {
                name: it.name.value.clone(),
                sql: it.sql.value.clone(),
                takes: it.takes.value.clone(),
            })
            .collect(),
    }
}

fn table<'a>(lowering: &mut Lowering<'a>, table: &'a Table) -> plan::Table {
    let rows = lowering
        .once(&table.body, "rows", |it| if let TableItem::Rows(it) = it { Some(it.value) } else { None });
    if rows.is_none() {
        lowering.missing(&table.name, &table.body, "rows", "rows 1_000");
    }
    let indexes = table.body.nodes().filter_map(only!(TableItem::Index));
    plan::Table {
        name: table.name.value.clone(),
        rows: rows.unwrap_or_default(),
        indexes: indexes.map(|columns| columns.iter().map(|column| column.value.clone()).collect()).collect(),
    }
}
