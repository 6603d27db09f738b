//! Requests between services, in the types of the `http` crate and of Tower, without `Send`.

mod body;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tower_service::Service;

pub use body::Body;

/// A request. In the virtual world its body is empty: what matters of it is its head.
pub type Request = http::Request<Body>;

/// An answer.
pub type Response = http::Response<Body>;

/// A future on one thread.
pub type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportError {
    /// No connection to the other side.
    Connect,
    /// The connection broke before the answer was whole.
    Broken,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection",
            Self::Broken => "connection broken",
        })
    }
}

impl std::error::Error for TransportError {}

/// The answer, or why there is none.
pub type Answer = Result<Response, TransportError>;

/// The way from one replica to another: a Tower service, boxed without `Send` (Tower's own boxes ask for it). Clones
/// share what lies behind.
#[derive(Clone)]
pub struct Edge(Rc<dyn Fn(Request) -> LocalFuture<Answer>>);

impl Edge {
    /// An edge that ends in a function.
    pub fn from_fn(call: impl Fn(Request) -> LocalFuture<Answer> + 'static) -> Self {
        Self(Rc::new(call))
    }

    /// An edge through a Tower service, such as a stack of layers around another edge.
    pub fn through<S>(service: S) -> Self
    where
        S: Service<Request, Response = Response, Error = TransportError> + Clone + 'static,
    {
        Self::from_fn(move |request| {
            let mut service = service.clone();
            Box::pin(async move {
                poll_fn(|cx| service.poll_ready(cx)).await?;
                service.call(request).await
            })
        })
    }

    /// Sends a request.
    pub fn send(&self, request: Request) -> LocalFuture<Answer> {
        (self.0)(request)
    }
}

impl Service<Request> for Edge {
    type Response = Response;
    type Error = TransportError;
    type Future = LocalFuture<Answer>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        self.send(request)
    }
}
