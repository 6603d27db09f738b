//! The loads of a run, and the traffic of the ten minutes before it, in either world.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use scenario_lang::plan::{Arrivals, Load, Plan};
use services::client::{LoadClient, PATIENCE_NS};
use services::telemetry::tap::Tap;
use sim_core::distribution::Sampler;
use sim_core::generator::{self, Arrival};
use sim_core::load::shapes::Hold;
use sim_core::load::{ArrivalTimes, Outcome, Outcomes, Population, Profile, Slices};
use sim_core::random::{Purpose, RequestKey, stream};
use sim_core::telemetry::SpanId;
use sim_core::world::World;
use verdict::flight::Traffic as Slice;

use super::Times;
use super::progress::Progress;

/// Slices of the timeline.
const SLICES: u32 = 240;

/// As many requests of one worker may wait for their answers; those beyond are dropped, and counted.
const MOST_UNDER_WAY: usize = 20_000;

/// The traffic of a run, and what its clients have seen.
pub(crate) struct Traffic(Rc<RefCell<Seen>>);

/// What the clients of a run have seen.
pub(crate) struct Seen {
    outcomes: Outcomes,
    slices: Slices,
    under_way: usize,
}

/// Which part of the traffic a worker sends: every `of`-th request or user, beginning with its own number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    pub(crate) worker: u64,
    pub(crate) of: u64,
}

impl Share {
    /// All of it.
    pub(crate) const WHOLE: Self = Self { worker: 0, of: 1 };

    fn has(self, number: u64) -> bool {
        number % self.of == self.worker
    }

    /// This worker's arrivals, with their numbers among all.
    fn among(self, all: impl Iterator<Item = u64>) -> impl Iterator<Item = (u64, u64)> {
        (0..).zip(all).filter(move |&(number, _)| self.has(number))
    }
}

/// What every load needs.
struct Loads<'a, W: World> {
    world: &'a W,
    plan: &'a Plan,
    times: Times,
    share: Share,
    tap: &'a Tap,
    seen: Rc<RefCell<Seen>>,
    progress: &'a Progress,
}

impl Traffic {
    /// Starts a share of all loads, and first of all of the traffic of the history.
    pub(crate) fn start<W: World>(
        world: &W,
        plan: &Plan,
        times: Times,
        share: Share,
        tap: &Tap,
        progress: &Progress,
    ) -> Self {
        let cuts: Vec<i64> = verdict::checks::cuts(plan).into_iter().map(|cut| times.at(cut)).collect();
        let seen = Rc::new(RefCell::new(Seen {
            outcomes: Outcomes::new(&cuts),
            slices: Slices::new(times.start_ns, times.end_ns, SLICES),
            under_way: 0,
        }));
        let loads = Loads { world, plan, times, share, tap, seen: seen.clone(), progress };
        for load in &plan.loads {
            loads.warm_up(load);
            match load.closed {
                true => loads.closed(load),
                false => loads.open(load),
            }
        }
        Self(seen)
    }

    /// How many requests wait for their answers.
    pub(crate) fn under_way(&self) -> usize {
        self.0.borrow().under_way
    }

    /// What the clients saw, once the world has come to its end.
    pub(crate) fn finish(self) -> Seen {
        Rc::try_unwrap(self.0).ok().expect("every load has ended").into_inner()
    }
}

impl Seen {
    /// Adds what another worker saw.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.outcomes.merge(&other.outcomes);
        self.slices.merge(&other.slices);
    }

    /// As evidence.
    pub(crate) fn into_evidence(self) -> (Outcomes, Vec<Slice>) {
        let slice = |slice: &sim_core::load::Slice| Slice {
            from_ns: slice.from_ns,
            to_ns: slice.to_ns,
            sent: slice.sent,
            errors: slice.errors,
        };
        (self.outcomes, self.slices.slices().iter().map(slice).collect())
    }
}

impl<W: World> Loads<'_, W> {
    fn client(&self, load: &Load, name: &str) -> Rc<LoadClient<W>> {
        Rc::new(LoadClient::new(self.world, self.plan, load, name, self.tap))
    }

    /// What sends one request and notes what came of it.
    fn sender(&self, client: Rc<LoadClient<W>>) -> impl Fn(Arrival) -> Sending + use<W> {
        let (world, seen, progress) = (self.world.clone(), self.seen.clone(), self.progress.clone());
        move |arrival| {
            let (client, shared, world) = (client.clone(), seen.clone(), world.clone());
            let mut seen = seen.borrow_mut();
            if seen.under_way >= MOST_UNDER_WAY {
                seen.outcomes.dropped += 1;
                return Box::pin(std::future::ready(()));
            }
            seen.under_way += 1;
            progress.sent();
            Box::pin(async move {
                // Not before it is really its turn: a generator that is behind must say so.
                shared.borrow_mut().outcomes.sent(world.now_ns() - arrival.intended_ns);
                let mut pending = Pending { outcome: unanswered(arrival), seen: shared };
                pending.outcome = client.send(arrival).await;
            })
        }
    }

    fn open(&self, load: &Load) {
        let profile =
            Profile::new(&load.shapes, self.plan.duration).expect("the checker has tried the shapes");
        let rng = stream(self.plan.seed, &format!("load/{}", load.name));
        let arrivals = self.share.among(ArrivalTimes::new(profile, load.arrivals, rng));
        let (seen, send) = (self.seen.clone(), self.sender(self.client(load, &load.name)));
        let planned = arrivals.inspect(move |_| seen.borrow_mut().outcomes.planned += 1);
        self.world.spawn(generator::open(self.world.clone(), self.times.start_ns, planned, send));
    }

    fn closed(&self, load: &Load) {
        let users =
            Population::new(&load.shapes, self.plan.duration).expect("the checker has tried the shapes");
        let client = self.client(load, &load.name);
        let think = load.think.as_ref().map(Sampler::new);
        let (draws, purpose) = (*self.world.draws(), Purpose::new(&format!("think/{}", load.name)));
        let traces = Purpose::new(&format!("load/{}", load.name));
        let pause = move |index| {
            let key = RequestKey { trace_id: draws.trace_id(traces, index), span_id: SpanId::default() };
            think.as_ref().map_or(0, |think| think.sample(draws.draw(key, purpose)))
        };
        for user in (0..users.peak()).filter(|&user| self.share.has(user)) {
            let times = self.times;
            let spans = users.presence(user).into_iter().map(|(from, to)| (times.at(from), times.at(to)));
            let (seen, send) = (self.seen.clone(), self.sender(client.clone()));
            let send = move |arrival| {
                seen.borrow_mut().outcomes.planned += 1;
                send(arrival)
            };
            let number = (user, users.peak());
            self.world.spawn(generator::closed(
                self.world.clone(),
                spans.collect(),
                number,
                pause.clone(),
                send,
            ));
        }
    }

    /// The ten minutes before the start: this load's share of the history's rate, evenly spaced, as they stand for days.
    /// Their requests are in nobody's count.
    fn warm_up(&self, load: &Load) {
        let Some(history) = self.plan.history else { return };
        let length = Duration::from_nanos(self.times.origin_ns.abs_diff(self.times.start_ns));
        let name = format!("history/{}", load.name);
        let rate = history.rate / self.plan.loads.len() as f64;
        let profile = Profile::of([Box::new(Hold { rate, length: None }) as Box<_>], length);
        let arrivals =
            self.share.among(ArrivalTimes::new(profile, Arrivals::Even, stream(self.plan.seed, &name)));
        let client = self.client(load, &name);
        let send = move |arrival| -> Sending {
            let client = client.clone();
            Box::pin(async move {
                client.send(arrival).await;
            })
        };
        self.world.spawn(generator::open(self.world.clone(), self.times.origin_ns, arrivals, send));
    }
}

/// A request under way. It is recorded however it ends: one that is dropped at the end of the world was not answered.
struct Pending {
    outcome: Outcome,
    seen: Rc<RefCell<Seen>>,
}

impl Drop for Pending {
    fn drop(&mut self) {
        let mut seen = self.seen.borrow_mut();
        seen.under_way -= 1;
        seen.outcomes.record(self.outcome);
        seen.slices.record(self.outcome);
    }
}

fn unanswered(Arrival { intended_ns, .. }: Arrival) -> Outcome {
    Outcome { intended_ns, end_ns: intended_ns.saturating_add_unsigned(PATIENCE_NS), status: 0 }
}

type Sending = sim_core::net::LocalFuture<()>;
