//! The virtual world, and what both worlds share.
//!
//! - [`executor`]: tasks and timers in virtual time
//! - [`world`]: the trait that services, proxies and load are written against; [`virtual_world`] implements it
//! - [`net`]: requests between services, as Tower services over `http::Request`
//! - [`random`]: named streams, request keys, and the decision whether a fault hits
//! - [`distribution`]: random durations, sampled by inversion
//! - [`load`]: load shapes, arrivals and outcomes; [`generator`]: the open and the closed model
//! - [`time`]: nanoseconds; [`sync`]: semaphore, time limit, join
//! - [`telemetry`]: metrics, spans and logs as records; [`effect`]: what a fault really did

pub mod distribution;
pub mod effect;
pub mod executor;
pub mod generator;
pub mod load;
pub mod net;
pub mod random;
pub mod sync;
pub mod telemetry;
pub mod time;
pub mod virtual_world;
pub mod world;
