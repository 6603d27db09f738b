//! The instrumented service engine: one engine that *is* whatever service a plan describes, in every world.
//!
//! - [`deploy`]: starts the replicas of a plan
//! - `replica`: answers requests: routing, workers and queueing, the steps of an endpoint
//! - `call`: calls to other services, with time limits and retries; `retry_budget` bounds these
//! - `database`: connection pools and queries
//! - [`client`]: the client of a load, where every trace begins
//! - [`telemetry`]: metrics, spans and log lines under semantic-convention names
//!
//! It is written against `sim_core::world::World` and knows nothing of faults or verdicts.

pub mod client;
pub mod deploy;
pub mod telemetry;

mod call;
mod database;
mod replica;
mod retry_budget;
mod step;
