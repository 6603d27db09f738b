//! The client's side: requests to one address, over connections that are kept.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use http_body_util::BodyExt;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use sim_core::net::{Answer, Body, Edge, Request, Response, TransportError};
use tokio::net::TcpStream;
use tokio::task::spawn_local;

use super::kept::Kept;

/// The way to one address; clones share its connections. There are as many as requests are under way at once, and the one
/// used last is used next.
#[derive(Clone)]
pub struct Upstream(Rc<Inner>);

struct Inner {
    address: SocketAddr,
    host: http::HeaderValue,
    idle: RefCell<Vec<SendRequest<Body>>>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No connection to the other side, or it broke.
    Transport(TransportError),
    /// What came is no HTTP, or more of it than is taken in.
    Unintelligible,
}

impl From<Failure> for TransportError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Transport(error) => error,
            Failure::Unintelligible => Self::Broken,
        }
    }
}

impl Upstream {
    /// The way to this address. Nothing is connected yet.
    pub fn new(address: SocketAddr) -> Self {
        let host = http::HeaderValue::try_from(address.to_string()).expect("an address is printable");
        Self(Rc::new(Inner { address, host, idle: RefCell::default() }))
    }

    /// An edge that waits for whole answers and keeps their heads: what comes in the bodies, nobody reads.
    pub fn edge(&self) -> Edge {
        let upstream = self.clone();
        Edge::from_fn(move |request| {
            let upstream = upstream.clone();
            Box::pin(async move { upstream.send(request).await })
        })
    }

    async fn send(self, request: Request) -> Answer {
        let (head, mut body) = self.exchange(request).await?.into_parts();
        while let Some(frame) = body.frame().await {
            frame?;
        }
        Ok(Response::from_parts(head, Body::empty()))
    }

    /// Sends the request on a connection that is left, or on a new one, and gives the answer as it comes. The server may
    /// have closed what was kept just now; then the request was not sent at all, and a new connection takes it. A request
    /// that names no host asks for this address.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn exchange(&self, mut request: Request) -> Result<http::Response<Kept>, Failure> {
        request.headers_mut().entry(http::header::HOST).or_insert_with(|| self.0.host.clone());
        loop {
            let kept = self.0.idle.borrow_mut().pop();
            let is_kept = kept.is_some();
            let mut sender = match kept {
                Some(sender) => sender,
                None => self.connect().await.map_err(Failure::Transport)?,
            };
            match sender.try_send_request(request).await {
                Ok(response) => return Ok(response.map(|body| Kept::new(body, sender, self.clone()))),
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) if is_kept => request = unsent,
                    _ if failed.error().is_parse() => return Err(Failure::Unintelligible),
                    _ => return Err(Failure::Transport(TransportError::Broken)),
                },
            }
        }
    }

    /// Takes back a connection whose answer is over.
    pub(super) fn keep(&self, mut sender: SendRequest<Body>) {
        if sender.is_ready() {
            self.0.idle.borrow_mut().push(sender);
        } else if !sender.is_closed() {
            // Its task has yet to see that the answer is over, or still sends the request.
            let upstream = self.clone();
            spawn_local(async move {
                if sender.ready().await.is_ok() {
                    upstream.0.idle.borrow_mut().push(sender);
                }
            });
        }
    }

    async fn connect(&self) -> Result<SendRequest<Body>, TransportError> {
        let stream = TcpStream::connect(self.0.address).await.map_err(|_| TransportError::Connect)?;
        stream.set_nodelay(true).map_err(|_| TransportError::Connect)?;
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|_| TransportError::Connect)?;
        spawn_local(async move {
            // How it ended is told to the request that was under way.
            let _ = connection.with_upgrades().await;
        });
        Ok(sender)
    }
}
