//! The proxies of a live run: one in front of every replica that an edge with a fault leads to.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use live_world::clock::Clock;
use live_world::thread;
use live_world::timer::Timer;
use live_world::world::{LiveWorld, Places};
use proxies::http::HttpProxy;
use proxies::inject::Injector;
use scenario_lang::plan::{Edge, Node, Plan};
use sim_core::effect::Effect;
use sim_core::world::{Address, World};

use super::fleet::loopback;

/// The sockets that proxies will listen on, bound before anything runs.
pub(crate) struct Doors(Vec<Door>);

/// One proxy: the edge, the replica at its end, and where callers find it.
struct Door {
    edge: Edge,
    to: Address,
    listener: TcpListener,
}

/// The proxies that run, on so many threads.
pub(crate) struct Proxies {
    workers: Vec<JoinHandle<Result<Vec<Effect>, String>>>,
    stop: Arc<AtomicBool>,
}

/// How often a worker looks whether it is to end.
const POLL_NS: u64 = 10_000_000;

impl Doors {
    /// Those of a plan, on free ports of the loopback interface.
    ///
    /// # Errors
    /// No port is free.
    pub(crate) fn bind(plan: &Plan) -> Result<Self, String> {
        let mut doors: Vec<Door> = Vec::new();
        for fault in &plan.faults {
            let Node::Service(callee) = fault.edge.to else { continue };
            if doors.iter().any(|door| door.edge == fault.edge) {
                continue;
            }
            let callee = &plan.services[callee];
            for replica in 0..callee.replicas {
                let listener = loopback()?;
                listener.set_nonblocking(true).map_err(|error| format!("a proxy cannot listen: {error}"))?;
                let to = Address { service: callee.name.clone(), replica };
                doors.push(Door { edge: fault.edge, to, listener });
            }
        }
        Ok(Self(doors))
    }

    /// Where a caller, by its index, finds a replica that is behind a proxy.
    pub(crate) fn proxied(&self) -> BTreeMap<(usize, Address), SocketAddr> {
        let place = |Door { edge, to, listener }: &Door| {
            let address = listener.local_addr().expect("a bound socket has an address");
            ((edge.from, to.clone()), address)
        };
        self.0.iter().map(place).collect()
    }

    /// Begins to hand requests on, with the plan's faults in between, on so many threads.
    pub(crate) fn open(
        self,
        plan: &Plan,
        clock: Clock,
        places: &BTreeMap<Address, SocketAddr>,
        workers: u64,
    ) -> Proxies {
        let stop = Arc::new(AtomicBool::new(false));
        let doors = Arc::new(self);
        let worker = |_| {
            let (plan, places, stop, doors) = (plan.clone(), places.clone(), stop.clone(), doors.clone());
            std::thread::spawn(move || {
                let ran = thread::run(clock, async |timer| doors.serve(&timer, &plan, &places, &stop).await);
                ran.map_err(|error| format!("a proxy cannot run: {error}"))?
            })
        };
        Proxies { workers: (0..workers).map(worker).collect(), stop: stop.clone() }
    }

    /// One worker; it ends when it is told to, and says what its faults did.
    async fn serve(
        &self,
        timer: &Timer,
        plan: &Plan,
        places: &BTreeMap<Address, SocketAddr>,
        stop: &AtomicBool,
    ) -> Result<Vec<Effect>, String> {
        let world = LiveWorld::new(timer.clone(), plan.seed, Places::default());
        let injector = Rc::new(Injector::new(&world, plan).map_err(|error| error.to_string())?);
        for Door { edge, to, listener } in &self.0 {
            let listener = listener.try_clone().and_then(tokio::net::TcpListener::from_std);
            let listener = listener.map_err(|error| format!("a proxy cannot listen: {error}"))?;
            let (proxy, timer, injector) = (HttpProxy::new(places[to]), timer.clone(), injector.clone());
            let edge = *edge;
            world.spawn(async move {
                proxy.serve(&timer, listener, |bare| injector.between(edge, bare)).await;
            });
        }
        while !stop.load(Ordering::Relaxed) {
            timer.sleep(POLL_NS).await;
        }
        Ok(injector.effects())
    }
}

impl Proxies {
    /// Ends them. Says what each fault did, in the order of the plan, over all workers.
    ///
    /// # Errors
    /// A worker could not run.
    pub(crate) fn close(mut self) -> Result<Vec<Effect>, String> {
        self.stop.store(true, Ordering::Relaxed);
        let mut parts: Vec<Vec<Effect>> = Vec::new();
        for worker in std::mem::take(&mut self.workers) {
            let broke = |_| "a proxy broke off, which is a defect of `sim`".to_owned();
            for (fault, effect) in worker.join().map_err(broke)??.into_iter().enumerate() {
                if fault == parts.len() {
                    parts.push(Vec::new());
                }
                parts[fault].push(effect);
            }
        }
        Ok(parts.into_iter().map(Effect::merge).collect())
    }
}

impl Drop for Proxies {
    /// A run that could not begin leaves no proxy behind.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
