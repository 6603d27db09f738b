//! Work that really burns a processor.

use std::hint::spin_loop;

use rustix::time::{ClockId, clock_gettime};
use tokio::task::spawn_blocking;

/// Burns so many nanoseconds of processor time, on a thread beside the one that serves: it goes on taking requests in, as
/// servers do. Where processors are scarce it takes longer than that.
pub async fn burn(ns: u64) {
    // It cannot panic, and is not cancelled while somebody waits.
    let _ = spawn_blocking(move || spin(ns)).await;
}

fn spin(ns: u64) {
    let end_ns = spent_ns().saturating_add(ns);
    while spent_ns() < end_ns {
        (0..64).for_each(|_| spin_loop());
    }
}

/// What this thread has had of the processor.
fn spent_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs()
}
