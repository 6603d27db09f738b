//! The client's side: requests to one address, over connections that are kept.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use sim_core::net::{Answer, Body, Edge, Request, Response, TransportError};
use tokio::net::TcpStream;
use tokio::task::spawn_local;

/// The way to one address; clones share its connections. There are as many as requests are under way at once, and the one
/// used last is used next.
#[derive(Clone)]
pub struct Upstream(Rc<Inner>);

struct Inner {
    address: SocketAddr,
    host: http::HeaderValue,
    idle: RefCell<Vec<SendRequest<Body>>>,
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

    async fn send(self, mut request: Request) -> Answer {
        request.headers_mut().entry(http::header::HOST).or_insert_with(|| self.0.host.clone());
        let (mut sender, response) = self.exchange(request).await?;
        let (head, mut body) = response.into_parts();
        while let Some(frame) = body.frame().await {
            frame.map_err(|_| TransportError::Broken)?;
        }
        // Its task has yet to see that the answer is over; a connection that will not be kept is closed by then.
        if sender.ready().await.is_ok() {
            self.0.idle.borrow_mut().push(sender);
        }
        Ok(Response::from_parts(head, Body::empty()))
    }

    /// Sends the request on a connection that is left, or on a new one. The server may have closed what was kept just
    /// now; then the request was not sent at all, and a new connection takes it.
    async fn exchange(
        &self,
        mut request: Request,
    ) -> Result<(SendRequest<Body>, http::Response<Incoming>), TransportError> {
        loop {
            let kept = self.0.idle.borrow_mut().pop();
            let is_kept = kept.is_some();
            let mut sender = match kept {
                Some(sender) => sender,
                None => self.connect().await?,
            };
            match sender.try_send_request(request).await {
                Ok(response) => return Ok((sender, response)),
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) if is_kept => request = unsent,
                    _ => return Err(TransportError::Broken),
                },
            }
        }
    }

    async fn connect(&self) -> Result<SendRequest<Body>, TransportError> {
        let stream = TcpStream::connect(self.0.address).await.map_err(|_| TransportError::Connect)?;
        stream.set_nodelay(true).map_err(|_| TransportError::Connect)?;
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|_| TransportError::Connect)?;
        spawn_local(async move {
            // How it ended is told to the request that was under way.
            let _ = connection.await;
        });
        Ok(sender)
    }
}
