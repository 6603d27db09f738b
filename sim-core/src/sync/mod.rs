//! Waiting for each other, on one thread and in a fixed order: [`Semaphore`], [`oneshot()`], [`within()`],
//! [`join_all()`].
//!
//! They know nothing of the world they run in; a time limit is any future that ends in time.

mod join;
mod oneshot;
mod semaphore;
mod within;

pub use join::join_all;
pub use oneshot::{Receiver, Sender, oneshot};
pub use semaphore::{Permit, Semaphore};
pub use within::within;
