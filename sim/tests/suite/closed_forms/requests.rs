//! Requests of a load, and which of them a fault hits.

use std::ops::Range;
use std::time::Duration;

use scenario_lang::plan::Arrivals;
use sim_core::load::shapes::{Hold, Shape};
use sim_core::load::{ArrivalTimes, Profile};
use sim_core::random::{Draws, Purpose, RequestKey, stream};
use sim_core::telemetry::TraceContext;

use super::watched::{Counts, SCRAPE_S};

/// Requests at a constant rate, some of which fail for a while.
#[derive(Debug)]
pub(crate) struct Requests {
    pub(crate) seed: u64,
    pub(crate) arrivals: Arrivals,
    /// Per second.
    pub(crate) rate: f64,
    /// The share of requests that the fault hits.
    pub(crate) share: f64,
    /// When it does, in nanoseconds from time 0.
    pub(crate) fault: Range<u64>,
    pub(crate) run: Duration,
}

impl Requests {
    /// What the counters say at every scrape. Arrivals, request keys and decisions are those of a real run; only the
    /// services between them are left out.
    pub(crate) fn counts(self) -> impl Iterator<Item = Counts> {
        let [load, call, fault] = ["load/shoppers", "shoppers", "fault/bad-deploy/0"].map(Purpose::new);
        let hold: Box<dyn Shape> = Box::new(Hold { rate: self.rate, length: None });
        let profile = Profile::of([hold], self.run);
        let times = ArrivalTimes::new(profile, self.arrivals, stream(self.seed, "load/shoppers"));
        let mut requests = times.zip(0..).peekable();
        let draws = Draws::new(self.seed);
        let mut counts = Counts::default();
        (1..=self.run.as_secs() / SCRAPE_S as u64).map(move |scrape| {
            let now_ns = Duration::from_secs(scrape * SCRAPE_S as u64).as_nanos() as u64;
            while let Some((intended_ns, index)) = requests.next_if(|(at_ns, _)| *at_ns <= now_ns) {
                counts.all += 1;
                if self.fault.contains(&intended_ns) {
                    let trace_id = draws.trace_id(load, index);
                    let root = TraceContext::root(trace_id);
                    let key = RequestKey { trace_id, span_id: Draws::span_id(root, call, 0) };
                    counts.bad += u64::from(draws.decide(key, fault, self.share));
                }
            }
            counts
        })
    }
}
