//! Bodies that are handed on as they come: nothing is asked of one side before the other has taken what was there.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use sim_core::net::{Body, TransportError};

/// What a client sends.
pub(super) fn streamed(incoming: Incoming) -> Body {
    if incoming.is_end_stream() { Body::empty() } else { Body::stream(Streamed(incoming)) }
}

struct Streamed(Incoming);

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        Poll::Ready(frame.map(|frame| frame.map_err(|_| TransportError::Broken)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
