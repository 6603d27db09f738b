//! The world in virtual time: one thread, one executor, and connections that are function calls.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;

use crate::executor::{Executor, Sleep};
use crate::net::{Edge, TransportError};
use crate::random::Draws;
use crate::telemetry::ErrorType;
use crate::world::{Address, Statement, Work, World};

/// A world of its own; clones are handles to the same one.
#[derive(Clone)]
pub struct VirtualWorld(Rc<Inner>);

type Listener = Rc<RefCell<Option<Edge>>>;

struct Inner {
    executor: Executor,
    origin_ns: i64,
    draws: Draws,
    listeners: RefCell<BTreeMap<Address, Listener>>,
}

impl VirtualWorld {
    /// A world whose clock stands at `origin_ns` since the Unix epoch, with the randomness of `seed`.
    pub fn new(origin_ns: i64, seed: u64) -> Self {
        Self(Rc::new(Inner {
            executor: Executor::new(),
            origin_ns,
            draws: Draws::new(seed),
            listeners: RefCell::default(),
        }))
    }

    /// Lets everything happen, until nothing is left to do; then nobody listens any more. Returns how many tasks were
    /// left that wait for something that never comes.
    pub fn run(&self) -> usize {
        let stuck = self.0.executor.run();
        // Servers hold handles to the world: without this, each would keep the other alive.
        for listener in std::mem::take(&mut *self.0.listeners.borrow_mut()).into_values() {
            listener.take();
        }
        stuck
    }

    fn listener(&self, address: &Address) -> Listener {
        self.0.listeners.borrow_mut().entry(address.clone()).or_default().clone()
    }
}

impl World for VirtualWorld {
    type Sleep = Sleep;

    fn now_ns(&self) -> i64 {
        self.0.origin_ns.saturating_add_unsigned(self.0.executor.now_ns())
    }

    fn sleep_until(&self, at_ns: i64) -> Sleep {
        self.0.executor.sleep_until(at_ns.saturating_sub(self.0.origin_ns).max(0).unsigned_abs())
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.0.executor.spawn(task);
    }

    fn draws(&self) -> &Draws {
        &self.0.draws
    }

    fn connect(&self, to: &Address) -> Edge {
        let listener = self.listener(to);
        Edge::from_fn(move |request| match &*listener.borrow() {
            Some(server) => server.send(request),
            None => Box::pin(std::future::ready(Err(TransportError::Connect))),
        })
    }

    fn listen(&self, at: &Address, server: Edge) {
        *self.listener(at).borrow_mut() = Some(server);
    }

    fn work(&self, _: Work, ns: u64) -> impl Future<Output = ()> {
        self.sleep(ns)
    }

    async fn query(&self, statement: Statement<'_>) -> Result<(), ErrorType> {
        self.sleep(statement.takes_ns).await;
        Ok(())
    }
}
