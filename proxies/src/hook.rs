//! Where a fault takes hold of a connection.
//!
//! An edge between two services goes through the phases resolve, connect, handshake, request, bytes and close. A fault
//! is what it does to them.

use std::rc::Rc;

use scenario_lang::vocabulary::{Phrase, Spec};
use sim_core::net::{Edge, LocalFuture};
use sim_core::random::{Draws, Purpose, RequestKey};
use sim_core::world::World;

/// One kind of fault: its words, and how it is made from them.
pub struct Kind {
    /// The words.
    pub spec: Spec,
    /// Makes it; `None` if the phrase is not one of [`Kind::spec`]'s.
    pub hook: fn(&Phrase, Means) -> Option<Hook>,
}

/// What a fault does, and in which phase.
pub enum Hook {
    /// Acts on single requests.
    Request {
        /// Whether it changes anything about the request of this key. One that it leaves as it is, is not hit.
        acts: Box<dyn Fn(RequestKey) -> bool>,
        /// Puts a Tower layer around the way to the callee. Only requests that are hit go through it.
        around: Box<dyn Fn(Edge) -> Edge>,
    },
}

/// What the world lends to a fault.
#[derive(Clone)]
pub struct Means {
    /// Everything random.
    pub draws: Draws,
    /// What this fault's own draws are for.
    pub purpose: Purpose,
    /// Waits for so many nanoseconds.
    pub sleep: Rc<dyn Fn(u64) -> LocalFuture<()>>,
}

impl Means {
    /// The means of this world, for draws of this purpose.
    pub fn new(world: &impl World, purpose: Purpose) -> Self {
        let sleeper = world.clone();
        Self { draws: *world.draws(), purpose, sleep: Rc::new(move |ns| Box::pin(sleeper.sleep(ns))) }
    }
}
