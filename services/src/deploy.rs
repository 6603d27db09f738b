//! Starts the replicas of a plan.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use http::{Method, Uri};
use metrics::Recorder;
use scenario_lang::plan::{self, Node, Plan, Service};
use sim_core::distribution::Sampler;
use sim_core::net::Edge;
use sim_core::random::Purpose;
use sim_core::sync::Semaphore;
use sim_core::telemetry::{Registry, SpanKind};
use sim_core::world::{Address, World};

use crate::call::{Call, RetryPolicy, Target};
use crate::database::{Pool, Query};
use crate::replica::{Endpoint, Replica};
use crate::retry_budget::RetryBudget;
use crate::step::{self, Builder};
use crate::telemetry::activity::Observed;
use crate::telemetry::expected::operation;
use crate::telemetry::instruments::{ByOutcome, OperationKind};
use crate::telemetry::names::{self, bucket_bounds};
use crate::telemetry::resource::Resource;
use crate::telemetry::tap::Tap;

/// A replica whose metrics can be scraped.
#[derive(Clone)]
pub struct ScrapeTarget {
    /// The `job` label: the service.
    pub job: String,
    /// The `instance` label.
    pub instance: String,
    /// Its metrics.
    pub registry: Rc<Registry>,
}

/// Starts every replica of every service, each with a registry of its own, and returns them in the order of the plan.
/// What lies between two services is made by `between` out of the bare connection: the place for faults.
pub fn deploy<W: World>(
    world: &W,
    plan: &Plan,
    tap: &Tap,
    between: &dyn Fn(plan::Edge, Edge) -> Edge,
) -> Vec<ScrapeTarget> {
    let mut targets = Vec::new();
    for (index, service) in plan.services.iter().enumerate() {
        for replica in 0..service.replicas {
            let registry = Rc::new(Registry::new(bucket_bounds));
            deploy_one(world, plan, (index, replica), registry.clone(), tap, between);
            let (job, instance) = (service.name.clone(), instance(service, replica));
            targets.push(ScrapeTarget { job, instance, registry });
        }
    }
    targets
}

/// The `instance` label of a replica, and its `service.instance.id`.
pub fn instance(service: &Service, replica: u32) -> String {
    format!("{}-{replica}", service.name)
}

/// Starts one replica of the service with this index. Its metrics go to `recorder`.
pub fn deploy_one<W: World>(
    world: &W,
    plan: &Plan,
    (index, replica): (usize, u32),
    recorder: Rc<dyn Recorder>,
    tap: &Tap,
    between: &dyn Fn(plan::Edge, Edge) -> Edge,
) {
    let service = &plan.services[index];
    let resource = Resource {
        service: service.name.clone(),
        instance: instance(service, replica),
        preset: service.telemetry,
        recorder,
        tap: tap.clone(),
    };
    let connections = Connections { world, plan, from: index, between, made: BTreeMap::new() };
    let (cores, pools, budgets) = (Semaphore::new(service.cores as usize), BTreeMap::new(), BTreeMap::new());
    let mut parts = Parts { resource: &resource, connections, cores, pools, budgets };
    world.listen(&Address { service: service.name.clone(), replica }, parts.replica(service).into_edge());
}

/// What a client asks this endpoint for.
pub(crate) fn client_target(service: &Service, endpoint: &plan::Endpoint) -> Target {
    let fill = |segment: &str| if segment.starts_with('{') { "1".to_owned() } else { segment.to_owned() };
    let path = endpoint.path.split('/').map(fill).collect::<Vec<_>>().join("/");
    let checked = "the checker takes only HTTP methods and paths";
    Target {
        service: service.name.clone(),
        template: endpoint.path.clone(),
        method: Method::from_bytes(endpoint.method.as_bytes()).expect(checked),
        uri: Uri::try_from(path).expect(checked),
    }
}

/// The kind of span that a client of this target has.
pub(crate) fn client_span(resource: &Resource, target: &Target, peer: &str) -> u32 {
    let method = target.method.to_string();
    let name = format!("{method} {}", target.template);
    let attributes = vec![
        ("http.request.method", method),
        ("url.template", target.template.clone()),
        ("url.full", format!("{}://{peer}{}", names::HTTP, target.uri)),
        ("server.address", peer.to_owned()),
        ("server.port", names::HTTP_PORT.to_owned()),
    ];
    resource.span(SpanKind::Client, name, Some(peer), attributes)
}

/// The ways from one replica to the replicas of other services, each made once.
pub(crate) struct Connections<'a, W: World> {
    world: &'a W,
    plan: &'a Plan,
    from: usize,
    between: &'a dyn Fn(plan::Edge, Edge) -> Edge,
    made: BTreeMap<usize, Vec<Edge>>,
}

impl<W: World> Connections<'_, W> {
    /// The ways to a service, with nothing between.
    pub(crate) fn direct(world: &W, to: &Service) -> Vec<Edge> {
        let address = |replica| Address { service: to.name.clone(), replica };
        (0..to.replicas).map(|replica| world.connect(&address(replica))).collect()
    }

    fn to(&mut self, service: usize) -> Vec<Edge> {
        let edge = plan::Edge { from: self.from, to: Node::Service(service) };
        let made = self.made.entry(service).or_insert_with(|| {
            let bare = Self::direct(self.world, &self.plan.services[service]);
            bare.into_iter().map(|bare| (self.between)(edge, bare)).collect()
        });
        made.clone()
    }
}

/// Makes the parts of one replica.
struct Parts<'a, W: World> {
    resource: &'a Resource,
    connections: Connections<'a, W>,
    cores: Semaphore,
    /// By database.
    pools: BTreeMap<usize, Rc<Pool>>,
    /// By callee.
    budgets: BTreeMap<usize, Rc<RetryBudget>>,
}

impl<W: World> Parts<'_, W> {
    fn replica(&mut self, service: &Service) -> Replica<W> {
        let mut endpoints: Vec<_> =
            service.endpoints.iter().map(|endpoint| Rc::new(self.endpoint(service, endpoint))).collect();
        endpoints.sort_by(|a, b| match (&a.route, &b.route) {
            (Some(a), Some(b)) => a.by_specificity(b),
            _ => Ordering::Equal,
        });
        Replica {
            world: self.connections.world.clone(),
            resource: self.resource.clone(),
            workers: Semaphore::new(service.workers as usize),
            endpoints,
            not_found: RefCell::default(),
            site: Purpose::new("server"),
            foreign: Cell::new(0),
        }
    }

    fn endpoint(&mut self, service: &Service, endpoint: &plan::Endpoint) -> Endpoint<W> {
        let place = format!("{}/{}", service.name, endpoint.name);
        let steps = step::build(&endpoint.steps, &place, self);
        let Target { method, .. } = client_target(service, endpoint);
        Endpoint::new(self.resource, method, &endpoint.path, steps)
    }
}

impl<W: World> Builder<W> for Parts<'_, W> {
    fn cores(&self) -> Semaphore {
        self.cores.clone()
    }

    fn call(&mut self, call: &plan::Call, place: &str) -> Rc<Call<W>> {
        let callee = &self.connections.plan.services[call.service];
        let target = client_target(callee, &callee.endpoints[call.endpoint]);
        let method = target.method.to_string();
        let shape = client_span(self.resource, &target, &callee.name);
        let budget = self.budgets.entry(call.service).or_default().clone();
        let kind = OperationKind::Client { method, peer: callee.name.clone() };
        Rc::new(Call {
            world: self.connections.world.clone(),
            resource: self.resource.clone(),
            observed: Observed::new(self.resource, kind, shape),
            edges: self.connections.to(call.service),
            target,
            timeout: call.timeout,
            retry: call.retry.as_ref().map(|rule| RetryPolicy::new(rule, place, budget)),
            site: Purpose::new(&format!("call/{place}")),
            lines: ByOutcome::new(),
        })
    }

    fn query(&mut self, database: usize, query: usize, place: &str) -> Rc<Query<W>> {
        let plan = &self.connections.plan.databases[database];
        let query = &plan.queries[query];
        let resource = self.resource;
        let pool = self.pools.entry(database).or_insert_with(|| Rc::new(Pool::new(plan, resource))).clone();
        let attributes = vec![
            ("db.system.name", plan.engine.clone()),
            ("db.namespace", plan.name.clone()),
            ("db.operation.name", operation(&query.sql)),
            ("db.query.summary", query.name.clone()),
            ("db.query.text", query.sql.clone()),
        ];
        let shape = resource.span(SpanKind::Client, query.name.clone(), Some(&plan.name), attributes);
        let (system, database) = (plan.engine.clone(), plan.name.clone());
        let (operation, query_name) = (operation(&query.sql), query.name.clone());
        let kind = OperationKind::Query { system, database, operation, query: query_name };
        Rc::new(Query {
            world: self.connections.world.clone(),
            pool,
            observed: Observed::new(self.resource, kind, shape),
            sql: query.sql.clone(),
            takes: Sampler::new(&query.takes),
            site: Purpose::new(&format!("query/{place}")),
        })
    }
}
