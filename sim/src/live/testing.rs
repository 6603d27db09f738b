//! What the tests of this folder share.

use std::path::PathBuf;

use live_world::clock::Clock;
use live_world::timer::Timer;

/// Runs a test as a worker thread of a live run would.
pub(crate) fn on_one_thread<T>(test: impl AsyncFnOnce(Timer) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async { test(Timer::start(Clock::new()).unwrap()).await })
}

/// The program `sim`, which cargo builds beside the tests.
pub(crate) fn sim() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let sim = tests.ancestors().nth(2).unwrap().join("sim");
    assert!(sim.is_file(), "{} is missing: build it, or test the whole package", sim.display());
    sim
}

/// Waits until a condition holds, for at most half a minute; it says why not yet.
pub(crate) async fn until(timer: &Timer, mut condition: impl AsyncFnMut() -> Result<(), String>) {
    let deadline_ns = timer.clock().now_ns() + 30_000_000_000;
    while let Err(cause) = condition().await {
        assert!(timer.clock().now_ns() < deadline_ns, "{cause}");
        timer.sleep(10_000_000).await;
    }
}
