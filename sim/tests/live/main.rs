//! Live runs: real processes, sockets and components. Everything is started here on free ports of the loopback interface.

mod ends;
mod failures;
mod support;
mod truth;
mod workers;
