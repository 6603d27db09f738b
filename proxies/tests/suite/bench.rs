//! One edge, `caller -> called`, with the faults of a scenario on it.

use std::cell::RefCell;
use std::rc::Rc;

use proxies::inject::Injector;
use scenario_lang::plan::Plan;
use sim_core::effect::Effect;
use sim_core::net::{Body, Edge, Request, Response};
use sim_core::telemetry::{Propagation, SpanId};
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::World;

pub(crate) use crate::system::{CALLS, SECOND, fault, plan, request};

/// The edge in its world.
pub(crate) struct Bench {
    pub(crate) world: VirtualWorld,
    injector: Injector<VirtualWorld>,
    edge: Edge,
    start_ns: i64,
    seen: Rc<RefCell<Seen>>,
}

/// What came of the requests, in order of time; moments are nanoseconds from the start.
#[derive(Default)]
pub(crate) struct Seen {
    /// When each came to the called service, and from which span.
    pub(crate) arrived: Vec<(i64, Option<SpanId>)>,
    /// When each was answered, and with which status.
    pub(crate) answered: Vec<(i64, u16)>,
    /// What the faults did.
    pub(crate) effects: Vec<Effect>,
}

impl Bench {
    pub(crate) fn new(faults: &str) -> Self {
        Self::of(&plan(faults))
    }

    pub(crate) fn of(plan: &Plan) -> Self {
        let start_ns = plan.start_unix_ns;
        // The world begins a minute before the run, as it does with a history.
        let world = VirtualWorld::new(start_ns - 60 * SECOND, plan.seed);
        let injector = Injector::new(&world, plan).unwrap();
        let seen = Rc::new(RefCell::new(Seen::default()));
        let (clock, arrived) = (world.clone(), seen.clone());
        let called = Edge::from_fn(move |request| {
            let span = Propagation::extract(request.headers()).map(|sent| sent.context.span_id);
            arrived.borrow_mut().arrived.push((clock.now_ns() - start_ns, span));
            Box::pin(std::future::ready(Ok(Response::new(Body::empty()))))
        });
        let edge = injector.between(CALLS, called);
        Self { world, injector, edge, start_ns, seen }
    }

    /// Sends a request at a moment after the start.
    pub(crate) fn send(&self, at_ns: i64, request: Request) {
        let (world, edge, seen) = (self.world.clone(), self.edge.clone(), self.seen.clone());
        let start_ns = self.start_ns;
        self.world.spawn(async move {
            world.sleep_until(start_ns + at_ns).await;
            let status = edge.send(request).await.unwrap().status().as_u16();
            seen.borrow_mut().answered.push((world.now_ns() - start_ns, status));
        });
    }

    /// A request of ours, whose root was intended at that moment after the start.
    pub(crate) fn request(&self, key: (u128, u64), intended_ns: i64) -> Request {
        request(key, self.start_ns + intended_ns)
    }

    /// Sends so many requests of ours, a millisecond apart from 10 s on, at the moment at which they are intended.
    pub(crate) fn send_many(&self, count: u64) {
        for index in 0..count {
            let at_ns = 10 * SECOND + index as i64 * 1_000_000;
            self.send(at_ns, self.request((1, index + 1), at_ns));
        }
    }

    /// Lets everything happen.
    pub(crate) fn fly(self) -> Seen {
        assert_eq!(self.world.run_until(i64::MAX), 0, "every request is answered");
        let seen = self.seen.take();
        Seen { effects: self.injector.effects(), ..seen }
    }
}

/// Flies so many requests past these faults.
pub(crate) fn fly(faults: &str, count: u64) -> Seen {
    let bench = Bench::new(faults);
    bench.send_many(count);
    bench.fly()
}

/// The spans that a fault hit.
pub(crate) fn hit(effect: &Effect) -> Vec<u64> {
    effect.hits.iter().map(|hit| hit.span_id.0).collect()
}
