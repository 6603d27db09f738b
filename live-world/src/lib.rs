//! The live world: real time and real sockets.
//!
//! - [`clock`]: the one place that reads the machine's clock
//! - [`timer`]: waits to within some ten microseconds, where tokio's timers step in milliseconds and round up
//!
//! Everything here stays on one thread: a process runs one current-thread runtime for each core that it may use.

pub mod clock;
pub mod timer;
