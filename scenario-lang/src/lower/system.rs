//! Services and databases.

use super::names::{endpoints, index, names, queries, unique};
use super::{Lowering, is_whole};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan;
use crate::tree::{
    Call, Database, DatabaseItem, Endpoint, Member, Query, Service, ServiceItem, Step, Table, TableItem,
};

/// Replicas of a service that does not say.
const REPLICAS: u32 = 1;

/// Workers of a service that does not say.
const WORKERS: u32 = 64;

/// The services, one for each definition.
pub(super) fn services(lowering: &mut Lowering<'_>) -> Vec<plan::Service> {
    let defined = lowering.names.services.clone();
    defined.into_iter().map(|service| self::service(lowering, service)).collect()
}

fn service<'a>(lowering: &mut Lowering<'a>, service: &'a Service) -> plan::Service {
    let body = &service.body;
    let replicas = lowering.once(body, "replicas", only!(ServiceItem::Replicas));
    let workers = lowering.once(body, "workers", only!(ServiceItem::Workers));
    let telemetry = lowering.once(body, "telemetry", only!(ServiceItem::Telemetry));
    let all = body.nodes().filter_map(only!(ServiceItem::Endpoint));
    let endpoints = unique(lowering, all, &[]);
    plan::Service {
        name: service.name.value.clone(),
        replicas: replicas.map_or(REPLICAS, |it| lowering.positive(it, "at least one replica")),
        workers: workers.map_or(WORKERS, |it| lowering.positive(it, "at least one worker")),
        telemetry: telemetry.map(|it| it.value).unwrap_or_default(),
        endpoints: endpoints.into_iter().map(|it| endpoint(lowering, it)).collect(),
    }
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
            let (database, query) = find_query(lowering, member)?;
            plan::Step::Query { database, query }
        }
        Step::Parallel(body) => {
            plan::Step::Parallel(body.nodes().filter_map(|it| self::step(lowering, it)).collect())
        }
    })
}

fn call(lowering: &mut Lowering<'_>, call: &Call) -> Option<plan::Call> {
    let retry = call.retry.as_ref().map(|retry| plan::Retry {
        attempts: lowering.positive(&retry.attempts, "at least one more attempt"),
        on: retry.on.iter().map(|on| on.value).collect(),
        backoff: retry.backoff.as_ref().map(|backoff| backoff.value.clone()),
        budget: retry.budget.as_ref().map(|budget| budget.value),
    });
    if let Some(timeout) = call.timeout.as_ref().filter(|timeout| timeout.value.is_zero()) {
        let problem =
            Diagnostic::new(Code::Zero, timeout.span, "a call takes some time").label("times out at once");
        lowering.report(problem);
    }
    let Member { node, item } = &call.target;
    let Some(service) = index(&lowering.names.services, &node.value) else {
        let known = names(&lowering.names.services);
        lowering.unknown(Code::UnknownService, node, "service", &known);
        return None;
    };
    let callee = lowering.names.services[service];
    let known = endpoints(callee);
    let Some(endpoint) = index(&known, &item.value) else {
        if is_whole(&callee.body) {
            lowering.unknown(Code::UnknownEndpoint, item, "endpoint", &names(&known));
        }
        return None;
    };
    Some(plan::Call { service, endpoint, timeout: call.timeout.as_ref().map(|timeout| timeout.value), retry })
}

fn find_query(lowering: &mut Lowering<'_>, member: &Member) -> Option<(usize, usize)> {
    let Some(database) = index(&lowering.names.databases, &member.node.value) else {
        let known = names(&lowering.names.databases);
        lowering.unknown(Code::UnknownDatabase, &member.node, "database", &known);
        return None;
    };
    let asked = lowering.names.databases[database];
    let known = queries(asked);
    let query = index(&known, &member.item.value);
    if query.is_none() && is_whole(&asked.body) {
        lowering.unknown(Code::UnknownQuery, &member.item, "query", &names(&known));
    }
    Some((database, query?))
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
        pool_size: pool.map_or(1, |(size, _)| lowering.positive(size, "at least one connection")),
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
