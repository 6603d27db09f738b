//! One edge, `caller -> called`, with the faults of a scenario on it.

use std::cell::RefCell;
use std::rc::Rc;

use proxies::faults::vocabulary;
use proxies::inject::Injector;
use scenario_lang::Loader;
use scenario_lang::plan::{Edge as On, Node, Plan};
use scenario_lang::vocabulary::Vocabulary;
use sim_core::effect::Effect;
use sim_core::net::{Body, Edge, Request, Response};
use sim_core::telemetry::{Propagation, SpanId, TraceContext, TraceId};
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::World;

pub(crate) const SECOND: i64 = 1_000_000_000;

const SYSTEM: &str = "
scenario \"bench\" {
  seed 7
  start 2026-01-05 09:00 UTC
  duration 1h
}
service called {
  endpoint it GET \"/\" {
    work wait 1ms
  }
}
service other {
  endpoint it GET \"/\" {
    work wait 1ms
  }
}
service caller {
  endpoint it GET \"/\" {
    call called.it
    call other.it
  }
}
";

/// An hour with the faults of this text, from caller to called.
pub(crate) fn plan(faults: &str) -> Plan {
    struct Text(String);
    impl Loader for Text {
        fn read(&self, _: &str) -> Result<String, String> {
            Ok(self.0.clone())
        }
        fn matching(&self, _: &str) -> Result<Vec<String>, String> {
            Ok(Vec::new())
        }
    }
    let text = Text(format!("{SYSTEM}{faults}"));
    let words = Vocabulary { faults: vocabulary(), ..Vocabulary::default() };
    let (loaded, told) = scenario_lang::load("bench.scn", &text, &words);
    let (plan, more) = scenario_lang::lower(&loaded);
    plan.unwrap_or_else(|| panic!("{told:?} {more:?}"))
}

/// A fault of this name in the ten seconds from 10 s on.
pub(crate) fn fault(name: &str, actions: &str) -> String {
    format!("fault {name} on caller -> called {{\n from 10s for 10s\n {actions}\n}}\n")
}

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
        let edge = injector.between(On { from: 2, to: Node::Service(0) }, called);
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
    pub(crate) fn request(&self, (trace, span): (u128, u64), intended_ns: i64) -> Request {
        let context = TraceContext::root(TraceId(trace)).child(SpanId(span));
        let mut request = Request::new(Body::empty());
        Propagation::new(context, self.start_ns + intended_ns).inject(request.headers_mut());
        request
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
