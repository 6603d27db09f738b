//! The live HTTP proxy on real sockets. Every test starts what it needs on free ports of the loopback, and speaks bytes: what
//! stands on the wire is what counts.
//!
//! - `bench`: a proxy, upstreams and clients to put around it
//! - `transparent`: what passes unchanged; `framing`: which message ends where
//! - `broken`: connections that end before their time

mod bench;
mod broken;
mod framing;
mod transparent;
