//! What a process of the live world does about signals.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{SignalKind, signal};

/// Waits until somebody asks this process to end, by SIGTERM or Ctrl-C.
///
/// # Errors
/// Signals cannot be received.
pub async fn asked_to_end() -> io::Result<()> {
    let mut signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?];
    poll_fn(|cx| {
        let came = |signal: &mut tokio::signal::unix::Signal| signal.poll_recv(cx).is_ready();
        if signals.iter_mut().any(came) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    Ok(())
}
