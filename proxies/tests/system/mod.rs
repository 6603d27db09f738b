//! A system of two services and an edge between them, for the faults of both worlds.

use proxies::faults::vocabulary;
use scenario_lang::Loader;
use scenario_lang::plan::{Edge, Node, Plan};
use scenario_lang::vocabulary::Vocabulary;
use sim_core::net::{Body, Request};
use sim_core::telemetry::{Propagation, SpanId, TraceContext, TraceId};

pub(crate) const SECOND: i64 = 1_000_000_000;

/// The edge `caller -> called`.
pub(crate) const CALLS: Edge = Edge { from: 2, to: Node::Service(0) };

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

/// A request of ours, whose root was intended at that moment, nanoseconds since the Unix epoch.
pub(crate) fn request((trace, span): (u128, u64), intended_ns: i64) -> Request {
    let context = TraceContext::root(TraceId(trace)).child(SpanId(span));
    let mut request = Request::new(Body::empty());
    Propagation::new(context, intended_ns).inject(request.headers_mut());
    request
}
