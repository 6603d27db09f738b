//! The series that a plan can produce at all: what a rule's selector is held against before the run.

use scenario_lang::plan::{Endpoint, Node, Plan, Service, Step, Telemetry};
use sim_core::telemetry::canonical_bound;

use super::names;

/// A family of series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedSeries {
    /// The metric's name.
    pub name: String,
    /// Labels and the values that each can have; none listed means any.
    pub labels: Vec<(String, Vec<String>)>,
}

/// Every family of series of the plan's services, `up` included.
pub fn expected_series(plan: &Plan) -> Vec<ExpectedSeries> {
    plan.services.iter().flat_map(|service| of_service(plan, service)).collect()
}

fn of_service(plan: &Plan, service: &Service) -> Vec<ExpectedSeries> {
    let all = |pick: fn(&Endpoint) -> &String| -> Vec<String> {
        let mut values: Vec<String> = service.endpoints.iter().map(pick).cloned().collect();
        values.sort();
        values.dedup();
        values
    };
    let (methods, routes) = (all(|endpoint| &endpoint.method), all(|endpoint| &endpoint.path));
    let mut families = Families { service: &service.name, all: Vec::new() };
    families.gauge("up", &[]);
    match service.telemetry {
        Telemetry::Otel => {
            let labels = [
                (names::METHOD, methods),
                (names::SCHEME, vec![names::HTTP.to_owned()]),
                (names::ROUTE, routes),
                (names::STATUS, vec![]),
                (names::ERROR, vec![]),
            ];
            families.histogram(names::SERVER_DURATION, &labels);
        }
        Telemetry::Classic => {
            let labels = [("method", methods), ("handler", routes)];
            families.histogram(names::CLASSIC_DURATION, &labels);
            families.gauge(names::CLASSIC_REQUESTS, &[&labels[..], &[("code", vec![])]].concat());
        }
    }
    let labels = [(names::METHOD, vec![]), (names::SCHEME, vec![names::HTTP.to_owned()])];
    families.gauge(names::SERVER_ACTIVE, &labels);
    for node in callees(&service.endpoints) {
        match node {
            Node::Service(peer) => families.histogram(
                names::CLIENT_DURATION,
                &[
                    (names::METHOD, vec![]),
                    (names::PEER, vec![plan.services[peer].name.clone()]),
                    (names::PORT, vec![names::HTTP_PORT.to_owned()]),
                    (names::STATUS, vec![]),
                    (names::ERROR, vec![]),
                ],
            ),
            Node::Database(database) => {
                let database = &plan.databases[database];
                let system = (names::DB_SYSTEM, vec![database.engine.clone()]);
                let operations = database.queries.iter().map(|query| operation(&query.sql)).collect();
                let queries = database.queries.iter().map(|query| query.name.clone()).collect();
                let query = [
                    system,
                    (names::DB_NAMESPACE, vec![database.name.clone()]),
                    (names::DB_OPERATION, operations),
                    (names::DB_QUERY, queries),
                    (names::ERROR, vec![]),
                ];
                families.histogram(names::DB_DURATION, &query);
                let pool = (names::DB_POOL, vec![database.name.clone()]);
                let state = (names::DB_STATE, vec!["idle".into(), "used".into()]);
                families.gauge(names::DB_CONNECTIONS, &[pool.clone(), state]);
                families.gauge(names::DB_PENDING, std::slice::from_ref(&pool));
                families.gauge(names::DB_TIMEOUTS, std::slice::from_ref(&pool));
                families.histogram(names::DB_WAIT, &[pool]);
            }
        }
    }
    families.all
}

/// `db.operation.name` of a statement: its first word.
pub(crate) fn operation(sql: &str) -> String {
    sql.split_whitespace().next().unwrap_or_default().to_uppercase()
}

struct Families<'a> {
    service: &'a str,
    all: Vec<ExpectedSeries>,
}

impl Families<'_> {
    fn gauge(&mut self, name: &str, labels: &[(&str, Vec<String>)]) {
        let service = self.service.to_owned();
        let common = [
            ("job".to_owned(), vec![service.clone()]),
            ("instance".to_owned(), vec![]),
            (names::SERVICE.to_owned(), vec![service]),
        ];
        let own = labels.iter().map(|(label, values)| ((*label).to_owned(), values.clone()));
        // `up` is the scraper's and has no labels of the service's own.
        let common = common.into_iter().take(if name == "up" { 2 } else { 3 });
        self.all.push(ExpectedSeries { name: name.to_owned(), labels: common.chain(own).collect() });
    }

    fn histogram(&mut self, name: &str, labels: &[(&str, Vec<String>)]) {
        self.gauge(&format!("{name}_sum"), labels);
        self.gauge(&format!("{name}_count"), labels);
        let bounds = names::bucket_bounds(name).iter().chain(&[f64::INFINITY]);
        let bounds = bounds.map(|&bound| canonical_bound(bound)).collect();
        self.gauge(&format!("{name}_bucket"), &[labels, &[("le", bounds)]].concat());
    }
}

/// The nodes that the endpoints call, each once, in order of their first call.
fn callees(endpoints: &[Endpoint]) -> Vec<Node> {
    fn visit(steps: &[Step], nodes: &mut Vec<Node>) {
        for step in steps {
            let node = match step {
                Step::Call(call) => Node::Service(call.service),
                Step::Query { database, .. } => Node::Database(*database),
                Step::Parallel(steps) => {
                    visit(steps, nodes);
                    continue;
                }
                Step::Cpu(_) | Step::Wait(_) => continue,
            };
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
    }
    let mut nodes = Vec::new();
    endpoints.iter().for_each(|endpoint| visit(&endpoint.steps, &mut nodes));
    nodes
}
