//! The client of a load: where every trace begins.

use std::rc::Rc;

use scenario_lang::plan::{Load, Plan};
use sim_core::generator::Arrival;
use sim_core::load::{self, Mix};
use sim_core::net::Edge;
use sim_core::random::{Draws, Purpose, RequestKey};
use sim_core::sync::within;
use sim_core::telemetry::{Propagation, TraceContext};
use sim_core::world::World;

use crate::call::{Target, outcome_of, pick};
use crate::deploy::{Connections, client_span, client_target};
use crate::telemetry::activity::Observed;
use crate::telemetry::instruments::OperationKind;
use crate::telemetry::resource::Resource;
use crate::telemetry::tap::Tap;

/// How long a client waits for an answer: nobody waits for ever.
pub const PATIENCE_NS: u64 = 30_000_000_000;

/// Sends the requests of one load.
pub struct LoadClient<W: World> {
    world: W,
    edges: Vec<Edge>,
    mix: Mix,
    targets: Vec<(Target, Rc<Observed>)>,
    /// What the load's traces, its root spans and its choices are drawn for.
    traces: Purpose,
    site: Purpose,
    choice: Purpose,
}

impl<W: World> LoadClient<W> {
    /// The client of `load`. Under another `name` it sends other traces: the load itself uses its own name, the time
    /// before the start another.
    pub fn new(world: &W, plan: &Plan, load: &Load, name: &str, tap: &Tap) -> Self {
        let service = &plan.services[load.service];
        let resource = Resource::unscraped(&load.name, tap);
        let shares: Vec<(usize, f64)> = load.mix.iter().map(|&(_, share)| share).enumerate().collect();
        let target = |&(endpoint, _): &(usize, f64)| {
            let target = client_target(service, &service.endpoints[endpoint]);
            let method = target.method.to_string();
            let shape = client_span(&resource, &target, &service.name);
            let kind = OperationKind::Client { method, peer: service.name.clone() };
            (target, Observed::new(&resource, kind, shape))
        };
        Self {
            world: world.clone(),
            edges: Connections::direct(world, service),
            mix: Mix::new(&shares).expect("the checker has added up the shares"),
            targets: load.mix.iter().map(target).collect(),
            traces: Purpose::new(&format!("load/{name}")),
            site: Purpose::new("load"),
            choice: Purpose::new("load/mix"),
        }
    }

    /// Sends one request and waits for its answer.
    pub async fn send(&self, arrival: Arrival) -> load::Outcome {
        let trace_id = self.world.draws().trace_id(self.traces, arrival.index);
        let root = TraceContext::root(trace_id);
        let context = root.child(Draws::span_id(root, self.site, 0));
        let key = RequestKey::from(context);
        let (target, observed) = &self.targets[self.mix.choose(self.world.draws().draw(key, self.choice))];
        let activity = observed.begin(&self.world, context, root.span_id, 0);
        let request = target.request(Propagation::new(context, arrival.intended_ns));
        let answer = pick(&self.world, &self.edges, key, self.site).send(request);
        let outcome = outcome_of(within(answer, self.world.sleep(PATIENCE_NS)).await);
        activity.end(outcome);
        load::Outcome {
            intended_ns: arrival.intended_ns,
            end_ns: self.world.now_ns(),
            status: outcome.status(),
        }
    }
}
