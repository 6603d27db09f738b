//! The live HTTP proxy on real sockets. Every test starts what it needs on free ports of the loopback, and speaks bytes: what
//! stands on the wire is what counts.
//!
//! - `bench`: a proxy, upstreams and clients to put around it
//! - `transparent`: what passes unchanged; `framing`: which message ends where
//! - `broken`: connections that end before their time
//! - `http2`, `tls`, `tunnels`: HTTP/2 and gRPC, TLS on either side, and connections that leave HTTP
//! - `hostile`: peers that mean no good; `descriptors`: that nothing is left of them
//! - `workers`: the same requests are hit whatever the number of threads; `counting`: metrics move at once

mod bench;
mod broken;
mod counting;
mod descriptors;
mod framing;
mod hostile;
mod http2;
#[path = "../system/mod.rs"]
mod system;
mod tls;
mod transparent;
mod tunnels;
mod workers;
