//! One thread of the live world.

use std::io;

use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::clock::Clock;
use crate::timer::Timer;

/// Runs a task, and all that it spawns, on the calling thread until it has ended; what is then still under way is dropped.
///
/// # Errors
/// The process has too many descriptors open.
pub fn run<T>(clock: Clock, task: impl AsyncFnOnce(Timer) -> T) -> io::Result<T> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    LocalSet::new().block_on(&runtime, async { Ok(task(Timer::start(clock)?).await) })
}
