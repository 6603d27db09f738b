//! Live runs: real processes, sockets and components. Everything is started here on free ports of the loopback interface.

mod ends;
mod support;
mod truth;
mod workers;
