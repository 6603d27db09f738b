//! One run of a plan in virtual time, from the first request to the evidence.
//!
//! - [`traffic`]: the loads, and the ten minutes before the start
//! - [`watch`]: what observes the run: scrapes, rules, the Alertmanager, the checks' own PromQL
//! - [`budget`]: how the objectives do
//! - [`pool`]: many flights side by side; [`progress`]: what is shown while they run

mod budget;

pub(crate) mod pool;
pub(crate) mod progress;
pub(crate) mod traffic;
pub(crate) mod watch;

use std::cell::RefCell;
use std::rc::Rc;

use observatory::logs::{LogStore, LogStoreOptions};
use observatory::series::Store;
use observatory::traces::{TraceStore, TraceStoreOptions};
use proxies::inject::Injector;
use scenario_lang::plan::Plan;
use services::deploy::deploy;
use services::telemetry::tap::Tap;
use sim_core::telemetry::{Collector, LogRecord, Severity, Span};
use sim_core::time::ns;
use sim_core::virtual_world::VirtualWorld;
use verdict::flight::Flight;

use progress::Progress;
use traffic::{Share, Traffic};
use watch::{Watch, Watcher};

/// The part of the history that is simulated and not extrapolated.
const WARM_UP_NS: i64 = 600 * 1_000_000_000;

/// How long after the end answers are waited for: as long as a client waits. What is still under way then counts as
/// unanswered.
const DRAIN_NS: i64 = services::client::PATIENCE_NS as i64;

/// Spans and log lines of one run.
struct Records {
    traces: TraceStore,
    logs: LogStore,
}

impl Collector for Records {
    fn span(&mut self, span: Span) {
        self.traces.push(span);
    }

    fn log(&mut self, severity: Severity, record: LogRecord) {
        self.logs.push(severity, record);
    }
}

/// The moments between which a run happens, nanoseconds since the Unix epoch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// Where the simulation begins: the start, or ten minutes before it if there is a history.
    pub(crate) origin_ns: i64,
    pub(crate) start_ns: i64,
    pub(crate) end_ns: i64,
    /// Where the history begins.
    pub(crate) history_ns: Option<i64>,
}

impl Times {
    pub(crate) fn of(plan: &Plan) -> Self {
        let start_ns = plan.start_unix_ns;
        let end_ns = start_ns.saturating_add(ns(plan.duration));
        // A whole number of scrapes, so that one falls on the start.
        let scrape_ns = ns(plan.scrape_interval).max(1);
        let history = plan.history.map(|history| ns(history.length));
        let warm_up = history.map_or(0, |length| (length.min(WARM_UP_NS) / scrape_ns).max(1) * scrape_ns);
        Self {
            origin_ns: start_ns - warm_up,
            start_ns,
            end_ns,
            history_ns: history.map(|length| start_ns - length.max(warm_up)),
        }
    }

    /// The moment of an offset from the start.
    fn at(self, offset: std::time::Duration) -> i64 {
        self.start_ns.saturating_add(ns(offset))
    }
}

/// Flies a plan and returns what was seen, and the samples. The same plan gives the same evidence, whatever else happens on the machine.
pub(crate) fn fly(plan: &Plan, watch: &Watch, progress: &Progress) -> (Flight, Store) {
    let times = Times::of(plan);
    let world = VirtualWorld::new(times.origin_ns, plan.seed);
    let records = Rc::new(RefCell::new(Records {
        traces: TraceStore::new(TraceStoreOptions::default()),
        logs: LogStore::new(LogStoreOptions::default()),
    }));
    let tap = Tap::new(records.clone());
    let injector = Injector::new(&world, plan).expect("the plan was read with the words of the injector");
    let targets = deploy(&world, plan, &tap, &|edge, bare| injector.between(edge, bare));
    let traffic = Traffic::start(&world, plan, times, Share::WHOLE, &tap, progress);
    let watcher = Watcher::start(&world, plan, times, watch, targets, progress);
    world.run_until(times.end_ns.saturating_add(DRAIN_NS));
    let seen = watcher.finish();
    let (outcomes, slices) = traffic.finish().into_evidence();
    let catalog = tap.catalog();
    let effects = injector.effects();
    drop((tap, injector, world));
    let records = Rc::try_unwrap(records).ok().expect("the world is gone, and with it every other owner");
    let Records { mut traces, logs } = records.into_inner();
    traces.advance(i64::MAX);
    let flight = Flight {
        start_ns: times.start_ns,
        end_ns: times.end_ns,
        effects,
        transitions: seen.transitions,
        rules: seen.rules,
        notifications: seen.notifications,
        fates: seen.fates,
        traces,
        logs,
        catalog,
        outcomes,
        observations: seen.observations,
        budgets: seen.budgets,
        traffic: slices,
        synthetic: seen.synthetic,
    };
    (flight, seen.store)
}

/// The same plan with nothing going wrong: what its alerts do there, no fault has caused.
pub(crate) fn without_faults(plan: &Plan) -> Plan {
    Plan { faults: Vec::new(), ..plan.clone() }
}
