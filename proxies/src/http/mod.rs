//! The live HTTP proxy: what comes to a listener goes on to one upstream, past the faults of its edge. Nothing of a request
//! or an answer is changed that HTTP does not ask for, and no redirect is followed.
//!
//! - [`server`]: the client's side; [`upstream`]: the other side
//! - [`body`]: bodies that are handed on as they come
//! - [`hop`]: what is meant for one connection only
//! - [`tunnel`]: what a connection is after it has left HTTP

mod body;
mod hop;
mod server;
mod tunnel;
mod upstream;

use std::net::SocketAddr;

use live_world::http::client::Upstream;
use live_world::timer::Timer;
use sim_core::net::Edge;
use tokio::net::TcpListener;

/// An HTTP proxy of one thread. Several threads may each run one on clones of the same listener.
#[derive(Debug, Clone)]
pub struct HttpProxy {
    /// Where requests go on to.
    pub upstream: SocketAddr,
}

impl HttpProxy {
    /// A proxy in front of this address.
    pub fn new(upstream: SocketAddr) -> Self {
        Self { upstream }
    }

    /// Hands on what comes to `listener`, past what `between` puts around the way to the upstream; it ends with the
    /// thread's tasks. Each connection is served in a task of its own, within a `LocalSet`.
    ///
    /// An upstream that cannot be reached, or that speaks no HTTP, is answered with 502. A connection that breaks before
    /// the answer is whole breaks the client's, as it would without a proxy.
    pub async fn serve(&self, timer: &Timer, listener: TcpListener, between: impl FnOnce(Edge) -> Edge) {
        let edge = between(upstream::edge(Upstream::new(self.upstream)));
        server::serve(timer, listener, edge).await;
    }
}
