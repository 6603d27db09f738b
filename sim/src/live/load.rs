//! The load of a live run: every worker is a thread with a share of the requests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::thread::JoinHandle;

use live_world::clock::Clock;
use live_world::thread;
use live_world::world::{LiveWorld, Places};
use scenario_lang::plan::Plan;
use services::client::PATIENCE_NS;
use services::telemetry::tap::Tap;
use sim_core::world::{Address, World};

use crate::flight::Times;
use crate::flight::progress::Progress;
use crate::flight::traffic::{Seen, Share, Traffic};

/// The workers.
pub(crate) struct Load(Vec<JoinHandle<Result<Seen, String>>>);

/// What every worker is told.
#[derive(Clone)]
pub(crate) struct Orders {
    pub(crate) plan: Plan,
    pub(crate) times: Times,
    pub(crate) clock: Clock,
    /// Where the replicas are.
    pub(crate) replicas: BTreeMap<Address, SocketAddr>,
    /// Who receives spans.
    pub(crate) otlp: SocketAddr,
    pub(crate) progress: Progress,
}

impl Load {
    /// Starts so many workers.
    pub(crate) fn start(orders: &Orders, workers: u64) -> Self {
        let worker = |worker| {
            let orders = orders.clone();
            std::thread::spawn(move || orders.work(Share { worker, of: workers }))
        };
        Self((0..workers).map(worker).collect())
    }

    /// Whether all have come to their end.
    pub(crate) fn has_ended(&self) -> bool {
        self.0.iter().all(JoinHandle::is_finished)
    }

    /// What the clients of all workers saw.
    ///
    /// # Errors
    /// A worker could not run.
    pub(crate) fn finish(self) -> Result<Seen, String> {
        let seen = self.0.into_iter().map(|worker| {
            worker.join().map_err(|_| "the load generator broke off, which is a defect of `sim`".to_owned())?
        });
        let seen: Vec<Seen> = seen.collect::<Result<_, _>>()?;
        seen.into_iter()
            .reduce(|mut all, one| {
                all.merge(&one);
                all
            })
            .ok_or_else(|| "a load needs at least one worker".to_owned())
    }
}

impl Orders {
    fn work(self, share: Share) -> Result<Seen, String> {
        let Self { plan, times, clock, replicas, otlp, progress } = self;
        let ran = thread::run(clock, async |timer| {
            let world = LiveWorld::new(timer.clone(), plan.seed, Places { replicas, ..Places::default() });
            let (exporter, tap) = todo!();
            let traffic = Traffic::start(&world, &plan, times, share, &tap, &progress);
            world.sleep_until(times.end_ns).await;
            let patient_ns = times.end_ns.saturating_add_unsigned(PATIENCE_NS);
            while traffic.under_way() > 0 && world.now_ns() < patient_ns {
                world.sleep(POLL_NS).await;
            }
            traffic
        });
        ran.map(Traffic::finish).map_err(|error| format!("the load generator cannot run: {error}"))
    }
}

/// How often it is looked whether the last answers have come.
const POLL_NS: u64 = 10_000_000;
