//! A time limit around a future.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// The future's output, or `None` if the limit ended first. The future is asked first: it wins where both have ended
/// by the time they are asked. What another task brings it later within the nanosecond of the limit comes too late.
pub async fn within<F: Future>(future: F, limit: impl Future<Output = ()>) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut limit = pin!(limit);
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        limit.as_mut().poll(cx).map(|()| None)
    })
    .await
}
