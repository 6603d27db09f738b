//! The live world: real time and real sockets.
//!
//! - [`world`]: the world of one thread, in which services and loads run as they do in virtual time
//! - [`clock`]: the one place that reads the machine's clock
//! - [`timer`]: waits to within some ten microseconds, where tokio's timers step in milliseconds and round up
//! - [`http`]: HTTP over real connections, client and server
//! - [`postgres`]: queries on a real PostgreSQL
//! - [`processor`]: work that really burns
//! - [`process`], [`thread`]: what a process does about signals, and one of its threads
//! - [`exporter`]: a replica's metrics as Prometheus reads them; [`otlp`]: where its spans and log lines go
//!
//! Everything here stays on one thread: a process runs one current-thread runtime for each core that it may use.

pub mod clock;
pub mod exporter;
pub mod http;
pub mod otlp;
pub mod postgres;
pub mod process;
pub mod processor;
pub mod thread;
pub mod timer;
pub mod world;
