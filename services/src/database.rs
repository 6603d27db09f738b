//! Connection pools and queries.

use std::rc::Rc;
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};
use sim_core::distribution::Sampler;
use sim_core::random::{Draws, Purpose};
use sim_core::sync::{Permit, Semaphore, within};
use sim_core::telemetry::{ErrorType, Exemplar, Severity, TraceContext, TraceId};
use sim_core::world::{Statement, World};

use crate::step::{Failure, Serving};
use crate::telemetry::activity::Observed;
use crate::telemetry::instruments::Outcome;
use crate::telemetry::names;
use crate::telemetry::resource::Resource;
use crate::telemetry::tap::Line;

/// The connections of one replica to one database.
pub(crate) struct Pool {
    database: String,
    connections: Semaphore,
    wait: Duration,
    idle: Gauge,
    used: Gauge,
    pending: Gauge,
    wait_time: Histogram,
    timeouts: Counter,
    timed_out: Line,
    resource: Resource,
}

/// A connection in use; dropping it puts it back.
struct Connection<'a> {
    pool: &'a Pool,
    _permit: Permit,
}

/// A caller in the queue.
struct Waiting<'a>(&'a Pool);

impl Pool {
    pub(crate) fn new(database: &scenario_lang::plan::Database, resource: &Resource) -> Self {
        let labels = [(names::SERVICE, resource.service.clone()), (names::DB_POOL, database.name.clone())];
        let state = |state: &'static str| {
            let [service, pool] = labels.clone();
            resource.record(|| {
                metrics::gauge!(names::DB_CONNECTIONS, &[service, pool, (names::DB_STATE, state.to_owned())])
            })
        };
        let (idle, used) = (state("idle"), state("used"));
        idle.set(f64::from(database.pool_size));
        let name = &database.name;
        let text = format!("no connection to {name} within {:?}", database.pool_wait);
        Self {
            database: name.clone(),
            connections: Semaphore::new(database.pool_size as usize),
            wait: database.pool_wait,
            idle,
            used,
            pending: resource.record(|| metrics::gauge!(names::DB_PENDING, &labels)),
            wait_time: resource.record(|| metrics::histogram!(names::DB_WAIT, &labels)),
            timeouts: resource.record(|| metrics::counter!(names::DB_TIMEOUTS, &labels)),
            timed_out: resource.line(Severity::Error, text),
            resource: resource.clone(),
        }
    }

    async fn connection<W: World>(&self, world: &W, trace: TraceId) -> Option<Connection<'_>> {
        let asked_ns = world.now_ns();
        let waiting = (self.connections.free() == 0).then(|| Waiting::new(self));
        let permit = within(self.connections.acquire(), world.sleep(self.wait.as_nanos() as u64)).await;
        drop(waiting);
        let now_ns = world.now_ns();
        Exemplar::set_current(trace, now_ns);
        self.wait_time.record((now_ns - asked_ns) as f64 / 1e9);
        let permit = permit?;
        self.idle.decrement(1.0);
        self.used.increment(1.0);
        Some(Connection { pool: self, _permit: permit })
    }

    fn give_up<W: World>(&self, world: &W, context: TraceContext) {
        self.timeouts.increment(1);
        self.resource.tap.log(self.timed_out, world.now_ns(), context);
    }
}

impl<'a> Waiting<'a> {
    fn new(pool: &'a Pool) -> Self {
        pool.pending.increment(1.0);
        Self(pool)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.pending.decrement(1.0);
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        self.pool.used.decrement(1.0);
        self.pool.idle.increment(1.0);
    }
}

/// One place in the plan at which a service runs a query.
pub(crate) struct Query<W: World> {
    pub(crate) world: W,
    pub(crate) pool: Rc<Pool>,
    pub(crate) observed: Rc<Observed>,
    pub(crate) sql: String,
    pub(crate) takes: Sampler,
    /// This place, among all of the plan's.
    pub(crate) site: Purpose,
}

impl<W: World> Query<W> {
    /// Waits for a connection and runs the query on it. The span is of the query and does not count the waiting; where no
    /// connection comes, there is no query to measure, and the span shows the wait.
    pub(crate) async fn run(&self, serving: Serving) -> Result<(), Failure> {
        let parent = serving.context;
        let context = parent.child(Draws::span_id(parent, self.site, 0));
        let waiting = self.observed.begin(&self.world, context, parent.span_id, 0);
        let Some(_connection) = self.pool.connection(&self.world, context.trace_id).await else {
            waiting.end_unmeasured(Outcome::Failed(ErrorType::PoolTimeout));
            self.pool.give_up(&self.world, parent);
            return Err(Failure(503));
        };
        let activity = waiting.begin_again();
        let key = context.into();
        let takes_ns = self.takes.sample(self.world.draws().draw(key, self.site));
        let statement = Statement { database: &self.pool.database, sql: &self.sql, takes_ns, key };
        match self.world.query(statement).await {
            Ok(()) => {
                activity.end(Outcome::Done);
                Ok(())
            }
            Err(error) => {
                activity.end(Outcome::Failed(error));
                Err(Failure(500))
            }
        }
    }
}
