//! The steps of an endpoint, with every name resolved.

use std::rc::Rc;

use scenario_lang::plan;
use sim_core::distribution::Sampler;
use sim_core::net::LocalFuture;
use sim_core::random::{Purpose, RequestKey};
use sim_core::sync::join_all;
use sim_core::telemetry::TraceContext;
use sim_core::world::{Work, World};

use crate::call::Call;
use crate::database::Query;

/// The request that an endpoint is answering.
#[derive(Clone, Copy)]
pub(crate) struct Serving {
    /// The trace, and the server span.
    pub(crate) context: TraceContext,
    /// The call that is being answered, from which everything random about it comes.
    pub(crate) key: RequestKey,
    /// When the root request was meant to be sent.
    pub(crate) intended_ns: i64,
}

/// The status that an endpoint answers with when a step fails.
pub(crate) struct Failure(pub(crate) u16);

/// One thing to do.
pub(crate) enum Step<W: World> {
    Work(Work, Sampler, Purpose),
    Call(Rc<Call<W>>),
    Query(Rc<Query<W>>),
    Parallel(Rc<[Self]>),
}

impl<W: World> Clone for Step<W> {
    fn clone(&self) -> Self {
        match self {
            Self::Work(work, sampler, purpose) => Self::Work(*work, sampler.clone(), *purpose),
            Self::Call(call) => Self::Call(call.clone()),
            Self::Query(query) => Self::Query(query.clone()),
            Self::Parallel(steps) => Self::Parallel(steps.clone()),
        }
    }
}

/// What makes calls and queries of one replica; it counts the places at which they stand.
pub(crate) trait Builder<W: World> {
    /// A call, at the place of this name.
    fn call(&mut self, call: &plan::Call, place: &str) -> Rc<Call<W>>;
    /// A query, at the place of this name.
    fn query(&mut self, database: usize, query: usize, place: &str) -> Rc<Query<W>>;
}

/// Resolves the steps of an endpoint. `place` names the endpoint among all of the plan's.
pub(crate) fn build<W: World>(
    steps: &[plan::Step],
    place: &str,
    builder: &mut impl Builder<W>,
) -> Rc<[Step<W>]> {
    let resolve = |(index, step): (usize, &plan::Step)| {
        let place = format!("{place}/{index}");
        let purpose = || Purpose::new(&format!("work/{place}"));
        match step {
            plan::Step::Cpu(takes) => Step::Work(Work::Cpu, Sampler::new(takes), purpose()),
            plan::Step::Wait(takes) => Step::Work(Work::Wait, Sampler::new(takes), purpose()),
            plan::Step::Call(call) => Step::Call(builder.call(call, &place)),
            plan::Step::Query { database, query } => Step::Query(builder.query(*database, *query, &place)),
            plan::Step::Parallel(steps) => Step::Parallel(build(steps, &place, builder)),
        }
    };
    steps.iter().enumerate().map(resolve).collect()
}

/// Does them one after the other, up to the first that fails.
pub(crate) async fn run<W: World>(steps: &[Step<W>], world: &W, serving: Serving) -> Result<(), Failure> {
    for step in steps {
        step.run(world, serving).await?;
    }
    Ok(())
}

impl<W: World> Step<W> {
    async fn run(&self, world: &W, serving: Serving) -> Result<(), Failure> {
        match self {
            Self::Work(work, sampler, purpose) => {
                let draw = world.draws().draw(serving.key, *purpose);
                world.work(*work, sampler.sample(draw)).await;
                Ok(())
            }
            Self::Call(call) => call.run(serving).await,
            Self::Query(query) => query.run(serving).await,
            Self::Parallel(steps) => parallel(steps.clone(), world.clone(), serving).await,
        }
    }
}

/// Does all at once and goes on when the last has ended; of several failures the first in writing counts.
fn parallel<W: World>(steps: Rc<[Step<W>]>, world: W, serving: Serving) -> LocalFuture<Result<(), Failure>> {
    Box::pin(async move {
        let all = steps.iter().map(|step| {
            let future: std::pin::Pin<Box<dyn Future<Output = _> + '_>> = Box::pin(step.run(&world, serving));
            future
        });
        join_all(all.collect()).await.into_iter().collect()
    })
}
