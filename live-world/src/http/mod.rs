//! HTTP over real connections.
//!
//! - [`client`]: requests to one address; the bodies of their answers are [`kept`], and HTTP/2 shares connections
//! - [`server`]: takes in connections, and answers requests
//! - [`tls`]: certificates and keys, on either side; `insecure` does without
//! - [`exec`]: how hyper starts its tasks

pub mod client;
pub mod exec;
mod insecure;
pub mod kept;
mod multiplexed;
pub mod server;
pub mod tls;
