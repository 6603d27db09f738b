//! Puts the faults of a plan on its edges.

use std::cell::RefCell;
use std::rc::Rc;

use scenario_lang::plan::{self, Node, Plan};
use sim_core::effect::Effect;
use sim_core::net::Edge;
use sim_core::random::{ForeignKeys, Purpose};
use sim_core::world::World;

use crate::met::Reader;
use crate::prepared::{Prepared, Unusable};

/// The faults of a plan, ready for one flight.
pub struct Injector<W: World> {
    world: W,
    start_ns: i64,
    /// In the order of the plan.
    faults: Vec<Placed>,
    foreign: Rc<RefCell<ForeignKeys>>,
}

struct Placed {
    edge: plan::Edge,
    /// What foreign requests on the edge are told apart by.
    name: Purpose,
    fault: Rc<Prepared>,
}

impl<W: World> Injector<W> {
    /// Makes the faults of a plan ready. What they do is counted by the recorder that is current now (see
    /// [`crate::counters`]).
    ///
    /// # Errors
    /// A fault that cannot be injected: the plan was not made with the words of [`crate::faults::vocabulary`].
    pub fn new(world: &W, plan: &Plan) -> Result<Self, Unusable> {
        let start_ns = plan.start_unix_ns;
        let place = |fault: &plan::Fault| {
            let edge = name(plan, fault.edge);
            let prepared = Prepared::new(world, start_ns, fault, &edge)?;
            let name = Purpose::new(&format!("edge/{edge}"));
            Ok(Placed { edge: fault.edge, name, fault: Rc::new(prepared) })
        };
        let faults = plan.faults.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Self { world: world.clone(), start_ns, faults, foreign: Rc::default() })
    }

    /// Puts the faults of an edge around one of its connections. Of several, the first in the plan is met first.
    pub fn between(&self, edge: plan::Edge, bare: Edge) -> Edge {
        let here: Vec<&Placed> = self.faults.iter().filter(|placed| placed.edge == edge).collect();
        let Some(first) = here.first() else { return bare };
        let reader = Reader { world: self.world.clone(), edge: first.name, foreign: self.foreign.clone() };
        let faults: Vec<Rc<Prepared>> = here.iter().map(|placed| placed.fault.clone()).collect();
        let faulty = faults.iter().rev().fold(bare.clone(), |edge, fault| fault.around(&self.world, edge));
        let start_ns = self.start_ns;
        Edge::from_fn(move |mut request| {
            let met = reader.read(&request);
            let mut within = false;
            if met.judged_ns >= start_ns {
                for fault in &faults {
                    within |= fault.meet(&met);
                }
            }
            // Most requests are outside of every window, and meet nothing else on their way.
            if !within {
                return bare.send(request);
            }
            request.extensions_mut().insert(met);
            faulty.send(request)
        })
    }

    /// What each fault did so far, in the order of the plan.
    pub fn effects(&self) -> Vec<Effect> {
        self.faults.iter().map(|placed| placed.fault.effect()).collect()
    }
}

fn name(plan: &Plan, edge: plan::Edge) -> String {
    let to = match edge.to {
        Node::Service(index) => &plan.services[index].name,
        Node::Database(index) => &plan.databases[index].name,
    };
    format!("{} -> {to}", plan.services[edge.from].name)
}
