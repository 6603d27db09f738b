//! Puts a plan's faults on an edge, decides request by request, and keeps count.

use std::cell::RefCell;
use std::rc::Rc;

use scenario_lang::plan::Fault;
use sim_core::effect::{Effect, Hit};
use sim_core::net::{Edge, Request};
use sim_core::random::{Purpose, RequestKey};
use sim_core::telemetry::Propagation;
use sim_core::world::World;

use crate::faults::kind;
use crate::hook::{Hook, Means};

/// What one fault did, over all edges that it is on; clones share it.
#[derive(Debug, Clone, Default)]
pub struct EffectCount(Rc<RefCell<Effect>>);

impl EffectCount {
    /// What was counted so far.
    pub fn read(&self) -> Effect {
        self.0.borrow().clone()
    }
}

/// The moments from and to which a fault acts, nanoseconds since the Unix epoch; the end is not included. They are
/// compared with the moment at which a request's root was meant to be sent: the same requests are met in both worlds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    from_ns: i64,
    to_ns: i64,
}

impl Window {
    fn key_within(self, request: &Request) -> Option<RequestKey> {
        let sent = Propagation::extract(request.headers())?;
        (self.from_ns <= sent.intended_ns && sent.intended_ns < self.to_ns).then_some(sent.context.into())
    }
}

/// Puts a fault on an edge. `start_ns` is the start of the run, from which the fault's window counts.
pub fn inject<W: World>(world: &W, start_ns: i64, fault: &Fault, count: &EffectCount, edge: Edge) -> Edge {
    let at = |offset: std::time::Duration| start_ns.saturating_add(offset.as_nanos() as i64);
    let window = Window { from_ns: at(fault.from), to_ns: at(fault.end()) };
    let mut edge = edge;
    // The first action is the outermost: a request meets them in the order written.
    for (index, action) in fault.actions.iter().enumerate().rev() {
        let name = format!("fault/{}/{index}", fault.name);
        let made = kind(&action.phrase.keyword)
            .and_then(|kind| (kind.hook)(&action.phrase, Means::new(world, &format!("{name}/draw"))));
        let Some(Hook::Request(around)) = made else {
            unreachable!("the parser takes the actions of faults from this very table")
        };
        let decision =
            Decision { window, purpose: Purpose::new(&name), share: action.share, action: index as u16 };
        edge = decision.between(world.clone(), edge.clone(), around(edge), count.clone());
    }
    counting(window, edge, count.clone())
}

/// Counts what passes and what falls into the window.
fn counting(window: Window, edge: Edge, EffectCount(effect): EffectCount) -> Edge {
    Edge::from_fn(move |request| {
        let matched = window.key_within(&request).is_some();
        {
            let mut effect = effect.borrow_mut();
            effect.seen += 1;
            effect.matched += u64::from(matched);
        }
        edge.send(request)
    })
}

/// Which requests one action hits.
#[derive(Clone, Copy)]
struct Decision {
    window: Window,
    purpose: Purpose,
    share: f64,
    action: u16,
}

impl Decision {
    fn between<W: World>(
        self,
        world: W,
        plain: Edge,
        faulty: Edge,
        EffectCount(effect): EffectCount,
    ) -> Edge {
        let Self { window, purpose, share, action } = self;
        Edge::from_fn(move |request| {
            let hit = window.key_within(&request).filter(|&key| world.draws().decide(key, purpose, share));
            let Some(RequestKey { trace_id, span_id }) = hit else { return plain.send(request) };
            effect.borrow_mut().hits.push(Hit { time_ns: world.now_ns(), trace_id, span_id, action });
            faulty.send(request)
        })
    }
}
