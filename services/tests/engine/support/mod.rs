//! A small system in the virtual world: described in the language, asked by clients, and observed.
//!
//! - [`describe`]: from the text of services to a plan
//! - [`system`]: the plan, deployed, with clients and looks at its metrics
//! - [`way`]: what happens to requests between two services
//! - [`shop`]: the shop that the project ships, on a bad day
//! - [`seen`]: what it left behind: spans, log lines, samples, answers

mod describe;
mod seen;
mod shop;
mod system;
mod way;

pub(crate) use describe::describe;
pub(crate) use seen::{Samples, Seen, Span};
pub(crate) use shop::{bad_day, fate, shop};
pub(crate) use system::System;
pub(crate) use way::{Act, acting, one_by_one};

/// A millisecond, in the nanoseconds of virtual time.
pub(crate) const MS: i64 = 1_000_000;

/// What the network adds to every request, before it comes to the server.
pub(crate) const HOP: i64 = sim_core::virtual_world::ROUND_TRIP_NS as i64;
