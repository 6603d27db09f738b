//! The live HTTP proxy: what comes to a listener goes on to one upstream, past the faults of its edge. Nothing of a request
//! or an answer is changed that HTTP does not ask for, and no redirect is followed.
//!
//! - `server`: the client's side; `upstream`: the other side
//! - `body`: bodies that are handed on as they come
//! - `hop`: what is meant for one connection only
//! - [`traffic`]: its metrics
//! - `tunnel`: what a connection is after it has left HTTP

mod body;
mod hop;
mod server;
pub mod traffic;
mod tunnel;
mod upstream;

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use live_world::http::client::Upstream;
use live_world::http::tls::{Acceptor, Connector};
use live_world::timer::Timer;
use sim_core::net::{Edge, LocalFuture};
use tokio::net::TcpListener;

use self::traffic::Traffic;

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
    /// thread's tasks. Each connection is served in a task of its own, within a `LocalSet`. What comes is counted by the
    /// recorder that is current at the call (see [`traffic`]).
    ///
    /// An upstream that cannot be reached, or that speaks no HTTP, is answered with 502, and one that takes too long with
    /// 504. A connection that breaks before the answer is whole breaks the client's, as it would without a proxy.
    pub fn serve(
        &self,
        timer: &Timer,
        listener: TcpListener,
        between: impl FnOnce(Edge) -> Edge,
    ) -> LocalFuture<()> {
        let upstream = Upstream::secured(self.upstream, self.origination.clone());
        let way = Rc::new(Way {
            edge: between(upstream::edge(upstream, timer, self.answer_within)),
            traffic: Traffic::new(self.upstream),
        });
        Box::pin(server::serve(timer.clone(), listener, self.termination.clone(), way))
    }
}

/// What requests go past on their way.
struct Way {
    edge: Edge,
    traffic: Traffic,
}
