//! The client's side: requests to one address, over connections that are kept.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use http::header::HOST;
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Method, Uri, Version};
use http_body_util::BodyExt;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use sim_core::net::{Answer, Body, Edge, Request, Response, TransportError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::spawn_local;

use super::exec::LocalExec;
use super::kept::Kept;
use super::multiplexed::{self, Multiplexed};
use super::tls::{Connector, HTTP_1, HTTP_2};

/// A connection that takes one request at a time.
pub(super) type Sender = http1::SendRequest<Body>;

/// The way to one address; clones share its connections. For HTTP/1.1 there are as many as requests are under way at once,
/// and the one used last is used next; HTTP/2 shares them.
#[derive(Clone)]
pub struct Upstream(Rc<Inner>);

struct Inner {
    address: SocketAddr,
    host: HeaderValue,
    tls: Option<Connector>,
    idle: RefCell<Vec<Sender>>,
    multiplexed: Multiplexed,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No connection to the other side, or it broke.
    Transport(TransportError),
    /// What came is no HTTP, or more of it than is taken in.
    Unintelligible,
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl From<Failure> for TransportError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Transport(error) => error,
            Failure::Unintelligible => Self::Broken,
        }
    }
}

impl From<hyper::Error> for Failure {
    fn from(error: hyper::Error) -> Self {
        if error.is_parse() { Self::Unintelligible } else { TransportError::Broken.into() }
    }
}

impl Upstream {
    /// The way to this address. Nothing is connected yet.
    pub fn new(address: SocketAddr) -> Self {
        Self::secured(address, None)
    }

    /// The same, over TLS if there is somebody to speak it.
    pub fn secured(address: SocketAddr, tls: Option<Connector>) -> Self {
        let host = HeaderValue::try_from(address.to_string()).expect("an address is printable");
        let (idle, multiplexed) = Default::default();
        Self(Rc::new(Inner { address, host, tls, idle, multiplexed }))
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

    /// Sends the request in the version of HTTP that it is of, on a connection that is left or on a new one, and gives the
    /// answer as it comes. The server may have closed what was kept just now; then the request was not sent at all, and
    /// another connection takes it. A request that names no host asks for this address.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn exchange(&self, request: Request) -> Result<http::Response<Kept>, Failure> {
        if request.version() == Version::HTTP_2 {
            self.exchange_http2(request).await
        } else {
            self.exchange_http1(request).await
        }
    }

    async fn exchange_http1(&self, mut request: Request) -> Result<http::Response<Kept>, Failure> {
        request.headers_mut().entry(HOST).or_insert_with(|| self.0.host.clone());
        loop {
            let kept = self.0.idle.borrow_mut().pop();
            let is_kept = kept.is_some();
            let mut sender = match kept {
                Some(sender) => sender,
                None => self.connect_http1().await?,
            };
            match sender.try_send_request(request).await {
                Ok(response) => return Ok(response.map(|body| Kept::new(body, sender, self.clone()))),
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) if is_kept => request = unsent,
                    _ => return Err(failed.into_error().into()),
                },
            }
        }
    }

    async fn exchange_http2(&self, mut request: Request) -> Result<http::Response<Kept>, Failure> {
        self.complete(&mut request);
        loop {
            let placed = self.0.multiplexed.place(async || self.connect_http2().await).await?;
            let (mut sender, place, is_new) = placed;
            match sender.try_send_request(request).await {
                Ok(response) => return Ok(response.map(|body| Kept::shared(body, place))),
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) if !is_new => request = unsent,
                    _ => return Err(failed.into_error().into()),
                },
            }
        }
    }

    /// HTTP/2 has scheme and host in the request's address; a client may have said the host in its header instead.
    fn complete(&self, request: &mut Request) {
        if request.uri().authority().is_some() || request.method() == Method::CONNECT {
            return;
        }
        let host = request.headers().get(HOST).unwrap_or(&self.0.host);
        let mut parts = request.uri().clone().into_parts();
        parts.authority = Authority::try_from(host.as_bytes()).ok();
        parts.scheme = Some(if self.0.tls.is_some() { Scheme::HTTPS } else { Scheme::HTTP });
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }

    /// Takes back a connection whose answer is over.
    pub(super) fn keep(&self, mut sender: Sender) {
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

    async fn connect(&self) -> Result<TcpStream, TransportError> {
        let stream = TcpStream::connect(self.0.address).await.map_err(|_| TransportError::Connect)?;
        stream.set_nodelay(true).map_err(|_| TransportError::Connect)?;
        Ok(stream)
    }

    async fn connect_http1(&self) -> Result<Sender, TransportError> {
        let stream = self.connect().await?;
        match &self.0.tls {
            None => http1(stream).await,
            Some(tls) => http1(tls.connect(stream, HTTP_1).await?).await,
        }
    }

    async fn connect_http2(&self) -> Result<multiplexed::Sender, TransportError> {
        let stream = self.connect().await?;
        match &self.0.tls {
            None => http2(stream).await,
            Some(tls) => http2(tls.connect(stream, HTTP_2).await?).await,
        }
    }
}

async fn http1(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<Sender, TransportError> {
    let (sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|_| TransportError::Connect)?;
    spawn_local(async move {
        // How it ended is told to the request that was under way.
        let _ = connection.with_upgrades().await;
    });
    Ok(sender)
}

async fn http2(
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
) -> Result<multiplexed::Sender, TransportError> {
    let (sender, connection) =
        http2::handshake(LocalExec, TokioIo::new(stream)).await.map_err(|_| TransportError::Connect)?;
    spawn_local(async move {
        // How it ended is told to the requests that were under way.
        let _ = connection.await;
    });
    Ok(sender)
}
