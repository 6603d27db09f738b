//! A plan, deployed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use http::{Method, Uri};
use scenario_lang::plan::{self, Arrivals, Load, Plan};
use services::client::LoadClient;
use services::deploy::{ScrapeTarget, deploy};
use services::telemetry::tap::Tap;
use sim_core::generator::{self, Arrival};
use sim_core::net::{Body, Edge, LocalFuture, Request};
use sim_core::telemetry::{Collector, LogRecord, Severity, Span};
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::{Address, World};

use super::{MS, Samples, Seen, describe};

/// The services of a plan, in a world whose clock stands at zero.
pub(crate) struct System {
    pub(crate) world: VirtualWorld,
    pub(crate) plan: Plan,
    tap: Tap,
    targets: Rc<[ScrapeTarget]>,
    records: Rc<RefCell<Records>>,
    seen: Rc<RefCell<Seen>>,
    asked: Cell<u64>,
}

/// Spans and log lines as they come.
#[derive(Default)]
struct Records {
    spans: Vec<Span>,
    logs: Vec<LogRecord>,
}

impl Collector for Records {
    fn span(&mut self, span: Span) {
        self.spans.push(span);
    }

    fn log(&mut self, _: Severity, record: LogRecord) {
        self.logs.push(record);
    }
}

impl System {
    /// The system of this text.
    pub(crate) fn new(text: &str) -> Self {
        Self::with(describe(text), |_, way| way)
    }

    /// The system of this plan; `between` makes the ways between its services out of bare ones.
    pub(crate) fn with(plan: Plan, between: impl Fn(plan::Edge, Edge) -> Edge) -> Self {
        let world = VirtualWorld::new(0, plan.seed);
        let records = Rc::new(RefCell::new(Records::default()));
        let tap = Tap::new(records.clone());
        let targets = deploy(&world, &plan, &tap, &between).into();
        Self { world, plan, tap, targets, records, seen: Rc::default(), asked: Cell::new(0) }
    }

    /// Sends one request of load `client` to `service.endpoint`, so many milliseconds after the start; its answer is
    /// [`Seen::answer`] of the number of the call.
    pub(crate) fn ask(&self, endpoint: &str, at_ms: i64) {
        let (index, intended_ns) = (self.asked.replace(self.asked.get() + 1), at_ms * MS);
        let (world, send) = (self.world.clone(), self.sender("client", &[endpoint]));
        self.world.spawn(async move {
            world.sleep_until(intended_ns).await;
            send(Arrival { index, intended_ns }).await;
        });
    }

    /// Sends requests of a load to these endpoints in equal shares, one every `every_ms`.
    pub(crate) fn open(&self, load: &str, endpoints: &[&str], requests: u64, every_ms: u64) {
        let arrivals = (0..requests).map(move |index| index * every_ms * MS as u64);
        self.world.spawn(generator::open(
            self.world.clone(),
            0,
            (0..).zip(arrivals),
            self.sender(load, endpoints),
        ));
    }

    /// Lets users of a load ask these endpoints in equal shares for a while, each thinking for 7 ms before it asks.
    pub(crate) fn closed(&self, load: &str, endpoints: &[&str], users: u64, for_ms: i64) {
        for user in 0..users {
            let (world, presence) = (self.world.clone(), vec![(0, for_ms * MS)]);
            let think = |_| 7 * MS as u64;
            let send = self.sender(load, endpoints);
            self.world.spawn(generator::closed(world, presence, (user, users), think, send));
        }
    }

    fn sender(&self, load: &str, endpoints: &[&str]) -> impl Fn(Arrival) -> LocalFuture<()> + use<> {
        let place = |endpoint: &&str| {
            let (service, name) = endpoint.split_once('.').expect("service.endpoint");
            let service = self.plan.services.iter().position(|it| it.name == service).expect("a service");
            let known = &self.plan.services[service].endpoints;
            (service, known.iter().position(|it| it.name == name).expect("an endpoint of the service"))
        };
        let places: Vec<_> = endpoints.iter().map(place).collect();
        let load = Load {
            name: load.to_owned(),
            service: places[0].0,
            arrivals: Arrivals::Even,
            mix: places.iter().map(|&(_, endpoint)| (endpoint, 1.0)).collect(),
            closed: false,
            think: None,
            shapes: vec![],
        };
        let client = Rc::new(LoadClient::new(&self.world, &self.plan, &load, &load.name, &self.tap));
        let seen = self.seen.clone();
        move |arrival| {
            let (client, seen, load) = (client.clone(), seen.clone(), load.name.clone());
            Box::pin(async move {
                let outcome = client.send(arrival).await;
                seen.borrow_mut().answers.insert((load, arrival.index), outcome);
            })
        }
    }

    /// Sends a request without any context to a service's first replica; later holds the status of the answer.
    pub(crate) fn stranger(&self, service: &str, method: Method, path: &'static str) -> Rc<Cell<u16>> {
        let server = self.world.connect(&Address { service: service.to_owned(), replica: 0 });
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = Uri::from_static(path);
        let status = Rc::new(Cell::new(0));
        let answered = status.clone();
        self.world.spawn(async move {
            let answer = server.send(request).await.expect("an answer");
            answered.set(answer.status().as_u16());
        });
        status
    }

    /// Keeps every metric as it stands so many milliseconds after the start.
    pub(crate) fn look(&self, at_ms: i64) {
        let (world, targets, seen) = (self.world.clone(), self.targets.clone(), self.seen.clone());
        self.world.spawn(async move {
            world.sleep_until(at_ms * MS).await;
            seen.borrow_mut().looks.insert(at_ms, Samples::of(&targets));
        });
    }

    /// Lets everything happen that can.
    pub(crate) fn run(self) -> Seen {
        let abandoned = self.world.run_until(i64::MAX);
        let (mut seen, catalog) = (self.seen.take(), self.tap.catalog());
        let records = self.records.take();
        seen.enter(&catalog, records.spans, records.logs);
        seen.end = Samples::of(&self.targets);
        seen.abandoned = abandoned;
        seen
    }
}
