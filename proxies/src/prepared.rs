//! A fault of a plan, made ready before the flight: which requests each of its actions hits, and the count of them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

use scenario_lang::plan::{self, Fault};
use sim_core::effect::{Effect, Hit};
use sim_core::net::Edge;
use sim_core::random::{Purpose, RequestKey};
use sim_core::time::ns;
use sim_core::world::World;

use crate::counters::Counters;
use crate::faults::kind;
use crate::hook::{Hook, Means};
use crate::met::Met;

/// Why a fault cannot be injected. No fault of a scenario that was read with the words of [`crate::faults`] is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// An action is none of the table, or lacks a parameter that its kind needs.
    Action {
        /// The fault.
        fault: String,
        /// The action's keyword.
        keyword: String,
    },
    /// It does more than [`Hit::MAX_ACTIONS`] things.
    TooMany {
        /// The fault.
        fault: String,
        /// How many.
        actions: usize,
    },
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action { fault, keyword } => {
                let known: Vec<_> = crate::faults::vocabulary().iter().flat_map(|spec| spec.forms).collect();
                write!(f, "fault `{fault}` cannot do `{keyword}` as given; what a fault can do is {known:?}")
            }
            Self::TooMany { fault, actions } => {
                let most = Hit::MAX_ACTIONS;
                write!(f, "fault `{fault}` does {actions} things and can do {most}: split it into several")
            }
        }
    }
}

impl std::error::Error for Unusable {}

/// The moments from and to which a fault acts, nanoseconds since the Unix epoch; the end is not included.
#[derive(Debug, Clone, Copy)]
struct Window {
    from_ns: i64,
    to_ns: i64,
}

impl Window {
    fn contains(self, judged_ns: i64) -> bool {
        self.from_ns <= judged_ns && judged_ns < self.to_ns
    }
}

/// How many requests within a window are remembered: as many as an effect can tell of.
const MOST_MET: usize = Effect::MAX_SPARED;

/// A fault, ready to be put on its edge; it lasts for one flight.
pub(crate) struct Prepared {
    window: Window,
    actions: Vec<Action>,
    count: RefCell<Count>,
    counters: Counters,
}

struct Action {
    hook: Hook,
    /// What the decision whether it hits is drawn for.
    purpose: Purpose,
    share: f64,
}

#[derive(Default)]
struct Count {
    effect: Effect,
    /// Where the hit of a request stands among the effect's.
    places: BTreeMap<RequestKey, usize>,
    /// Requests that came within the window, hit or not; at most [`MOST_MET`].
    met: BTreeSet<RequestKey>,
}

impl Prepared {
    pub(crate) fn new(
        world: &impl World,
        start_ns: i64,
        fault: &Fault,
        edge: &str,
    ) -> Result<Self, Unusable> {
        if fault.actions.len() > Hit::MAX_ACTIONS {
            return Err(Unusable::TooMany { fault: fault.name.clone(), actions: fault.actions.len() });
        }
        let action = |(index, action): (usize, &plan::Action)| {
            let name = format!("fault/{}/{index}", fault.name);
            let means = Means::new(world, Purpose::new(&format!("{name}/draw")));
            let keyword = &action.phrase.keyword;
            let hook = kind(keyword).and_then(|kind| (kind.hook)(&action.phrase, means));
            let unusable = || Unusable::Action { fault: fault.name.clone(), keyword: keyword.clone() };
            let hook = hook.ok_or_else(unusable)?;
            Ok(Action { hook, purpose: Purpose::new(&name), share: action.share })
        };
        let from_ns = start_ns.saturating_add(ns(fault.from));
        Ok(Self {
            window: Window { from_ns, to_ns: from_ns.saturating_add(ns(fault.length)) },
            actions: fault.actions.iter().enumerate().map(action).collect::<Result<_, _>>()?,
            count: RefCell::default(),
            counters: Counters::new(&fault.name, edge),
        })
    }

    /// Counts a request that came to where the fault acts, and tells whether its window contains it.
    pub(crate) fn meet(&self, met: &Met) -> bool {
        let matched = self.window.contains(met.judged_ns);
        let count = &mut *self.count.borrow_mut();
        count.effect.seen += 1;
        self.counters.seen.increment(1);
        if matched {
            count.effect.matched += 1;
            self.counters.matched.increment(1);
            match count.met.len() < MOST_MET {
                true => _ = count.met.insert(met.key),
                false => count.effect.unrecorded += 1,
            }
        }
        matched
    }

    /// What it did so far.
    pub(crate) fn effect(&self) -> Effect {
        let Count { effect, places, met } = &*self.count.borrow();
        let spared = met.iter().filter(|key| !places.contains_key(key)).copied().collect();
        // Of those that were not remembered, the ones that were hit are known all the same.
        let forgotten = places.keys().filter(|key| !met.contains(key)).count() as u64;
        Effect { spared, unrecorded: effect.unrecorded.saturating_sub(forgotten), ..effect.clone() }
    }

    /// Puts it on an edge. It acts on requests that carry what they were [`Met`] with, and leaves all others alone.
    pub(crate) fn around<W: World>(self: &Rc<Self>, world: &W, edge: Edge) -> Edge {
        // The first action is the outermost: a request meets them in the order written.
        (0..self.actions.len()).rev().fold(edge, |plain, index| self.act(index, world.clone(), plain))
    }

    fn act<W: World>(self: &Rc<Self>, index: usize, world: W, plain: Edge) -> Edge {
        let Hook::Request { around, .. } = &self.actions[index].hook;
        let (prepared, faulty) = (self.clone(), around(plain.clone()));
        Edge::from_fn(move |request| {
            let met = request.extensions().get::<Met>().filter(|met| prepared.hits(index, met, &world));
            match met {
                Some(met) => {
                    prepared.record(index, met.key, world.now_ns());
                    faulty.send(request)
                }
                None => plain.send(request),
            }
        })
    }

    fn hits(&self, index: usize, met: &Met, world: &impl World) -> bool {
        let Action { hook: Hook::Request { acts, .. }, purpose, share } = &self.actions[index];
        self.window.contains(met.judged_ns)
            && world.draws().decide(met.key, *purpose, *share)
            && acts(met.key)
    }

    fn record(&self, index: usize, key: RequestKey, time_ns: i64) {
        let Count { effect: Effect { hits, .. }, places, .. } = &mut *self.count.borrow_mut();
        let place = *places.entry(key).or_insert_with(|| {
            hits.push(Hit { time_ns, trace_id: key.trace_id, span_id: key.span_id, actions: 0 });
            self.counters.hit.increment(1);
            hits.len() - 1
        });
        hits[place].actions |= 1 << index;
    }
}
