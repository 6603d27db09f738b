//! Randomness that is the same on every machine and in both worlds.
//!
//! - [`stream()`]: named generators, for what happens one after the other (arrivals)
//! - [`RequestKey`] and [`Draws`]: everything random about one request comes from its key, never from the order of
//!   events, so that adding a fault does not reshuffle the traffic
//! - [`ForeignKeys`]: keys for requests whose callers know nothing of us
//! - [`decide`](Draws::decide): whether a fault hits a request

mod draws;
mod foreign;
mod key;
mod stream;

pub use draws::{Draws, Purpose};
pub use foreign::ForeignKeys;
pub use key::RequestKey;
pub use stream::stream;
