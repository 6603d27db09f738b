//! The body of an answer, and the connection that it comes on.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use sim_core::net::{Body, TransportError};

use super::client::Upstream;

/// The body of an answer as it comes. When it is over, its connection is kept for the next request; when it is dropped
/// before that, the connection is closed.
pub struct Kept {
    body: Incoming,
    connection: Option<(SendRequest<Body>, Upstream)>,
}

impl Kept {
    pub(super) fn new(body: Incoming, sender: SendRequest<Body>, upstream: Upstream) -> Self {
        let mut kept = Self { body, connection: Some((sender, upstream)) };
        kept.keep_if_over();
        kept
    }

    fn keep_if_over(&mut self) {
        if self.body.is_end_stream() {
            self.keep();
        }
    }

    fn keep(&mut self) {
        if let Some((sender, upstream)) = self.connection.take() {
            upstream.keep(sender);
        }
    }
}

impl From<Kept> for Body {
    fn from(kept: Kept) -> Self {
        if kept.is_end_stream() { Self::empty() } else { Self::stream(kept) }
    }
}

impl HttpBody for Kept {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            Some(Ok(_)) => self.keep_if_over(),
            Some(Err(_)) => self.connection = None,
            None => self.keep(),
        }
        Poll::Ready(frame.map(|frame| frame.map_err(|_| TransportError::Broken)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
