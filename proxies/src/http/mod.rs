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
use std::time::Duration;

use live_world::http::client::Upstream;
use live_world::http::tls::{Acceptor, Connector};
use live_world::timer::Timer;
use sim_core::net::Edge;
use tokio::net::TcpListener;

/// An HTTP proxy. Each thread serves with a clone of it, and with a clone of the listener.
#[derive(Clone)]
pub struct HttpProxy {
    /// Where requests go on to, in the version of HTTP in which they came.
    pub upstream: SocketAddr,
    /// What speaks TLS with the upstream, if anything does.
    pub origination: Option<Connector>,
    /// What speaks TLS with clients, if anything does.
    pub termination: Option<Acceptor>,
    /// How long the head of an answer is waited for; without an end where nothing is said, as the client has its own limit.
    pub answer_within: Option<Duration>,
}

impl HttpProxy {
    /// A proxy in front of this address, without TLS.
    pub fn new(upstream: SocketAddr) -> Self {
        Self { upstream, origination: None, termination: None, answer_within: None }
    }

    /// Hands on what comes to `listener`, past what `between` puts around the way to the upstream; it ends with the
    /// thread's tasks. Each connection is served in a task of its own, within a `LocalSet`.
    ///
    /// An upstream that cannot be reached, or that speaks no HTTP, is answered with 502, and one that takes too long with
    /// 504. A connection that breaks before the answer is whole breaks the client's, as it would without a proxy.
    pub async fn serve(&self, timer: &Timer, listener: TcpListener, between: impl FnOnce(Edge) -> Edge) {
        let upstream = Upstream::secured(self.upstream, self.origination.clone());
        let edge = between(upstream::edge(upstream, timer, self.answer_within));
        server::serve(timer, listener, self.termination.as_ref(), edge).await;
    }
}
