//! The world that services, proxies and load run in. One description, two worlds: what is written against [`World`]
//! runs in virtual time and on real sockets alike.

use std::future::Future;

use crate::net::Edge;
use crate::random::{Draws, RequestKey};
use crate::telemetry::ErrorType;

/// Names one replica of a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// The service.
    pub service: String,
    /// Its replica, from 0.
    pub replica: u32,
}

/// What occupies a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Burns the processor.
    Cpu,
    /// Waits for something outside of the system.
    Wait,
}

/// A query on its way to a database.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// The database.
    pub database: &'a str,
    /// The text.
    pub sql: &'a str,
    /// How long it takes where the database is only modelled, in nanoseconds.
    pub takes_ns: u64,
    /// The call it belongs to.
    pub key: RequestKey,
}

/// Where everything happens. Handles are cheap to clone and stay on one thread.
pub trait World: Clone + 'static {
    /// What [`World::sleep_until`] waits in.
    type Sleep: Future<Output = ()> + 'static;

    /// The time, in nanoseconds since the Unix epoch.
    fn now_ns(&self) -> i64;

    /// Waits until a moment; one that has passed is ready at once.
    fn sleep_until(&self, at_ns: i64) -> Self::Sleep;

    /// Waits for so long.
    fn sleep(&self, ns: u64) -> Self::Sleep {
        self.sleep_until(self.now_ns().saturating_add_unsigned(ns))
    }

    /// Starts a task of its own.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);

    /// Everything random.
    fn draws(&self) -> &Draws;

    /// Opens the way to a replica. It need not listen yet.
    fn connect(&self, to: &Address) -> Edge;

    /// Answers requests to a replica from now on.
    fn listen(&self, at: &Address, server: Edge);

    /// Does a piece of work of this length.
    fn work(&self, work: Work, ns: u64) -> impl Future<Output = ()>;

    /// Runs a query on a connection that the caller holds.
    fn query(&self, statement: Statement<'_>) -> impl Future<Output = Result<(), ErrorType>>;
}
