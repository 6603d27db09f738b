//! The load of a live run: every worker is a thread with a share of the requests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use live_world::clock::Clock;
use live_world::thread;
use live_world::timer::Timer;
use live_world::world::{LiveWorld, Places};
use scenario_lang::plan::Plan;
use services::client::PATIENCE_NS;
use sim_core::world::{Address, World};

use crate::flight::Times;
use crate::flight::progress::Progress;
use crate::flight::traffic::{Seen, Share, Traffic};
use crate::live::sender::Sender;

/// The workers.
pub(crate) struct Load {
    workers: Vec<JoinHandle<Result<Seen, String>>>,
    stop: Arc<AtomicBool>,
}

/// How often a worker looks whether it is to end, and whether the last answers have come.
const POLL_NS: u64 = 10_000_000;

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
        let stop = Arc::new(AtomicBool::new(false));
        let worker = |worker| {
            let (orders, stop) = (orders.clone(), stop.clone());
            std::thread::spawn(move || orders.work(Share { worker, of: workers }, &stop))
        };
        Self { workers: (0..workers).map(worker).collect(), stop: stop.clone() }
    }

    /// Has it end before its time; what is under way counts as unanswered.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Waits until the last answers have come, and says what the clients of all workers saw.
    ///
    /// # Errors
    /// A worker could not run.
    pub(crate) async fn finish(mut self, timer: &Timer) -> Result<Seen, String> {
        while !self.workers.iter().all(JoinHandle::is_finished) {
            timer.sleep(POLL_NS).await;
        }
        let mut all: Option<Seen> = None;
        for worker in std::mem::take(&mut self.workers) {
            let broke = |_| "the load generator broke off, which is a defect of `sim`".to_owned();
            let seen = worker.join().map_err(broke)??;
            match &mut all {
                Some(all) => all.merge(&seen),
                None => all = Some(seen),
            }
        }
        all.ok_or_else(|| "a load needs at least one worker".to_owned())
    }
}

impl Drop for Load {
    /// A run that could not begin leaves no worker behind.
    fn drop(&mut self) {
        self.stop();
    }
}

impl Orders {
    fn work(self, share: Share, stop: &AtomicBool) -> Result<Seen, String> {
        let Self { plan, times, clock, replicas, otlp, progress } = self;
        let ran = thread::run(clock, async |timer| {
            let world = LiveWorld::new(timer.clone(), plan.seed, Places { replicas, ..Places::default() });
            let sender = Sender::new(&timer, otlp);
            let traffic = Traffic::start(&world, &plan, times, share, &sender.tap, &progress);
            let patient_ns = times.end_ns.saturating_add_unsigned(PATIENCE_NS);
            let is_over = |now_ns| now_ns >= patient_ns || now_ns >= times.end_ns && traffic.under_way() == 0;
            while !is_over(world.now_ns()) && !stop.load(Ordering::Relaxed) {
                world.sleep(POLL_NS).await;
            }
            sender.flush().await;
            traffic
        });
        ran.map(Traffic::finish).map_err(|error| format!("the load generator cannot run: {error}"))
    }
}
