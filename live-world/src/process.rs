//! What a process of the live world does about signals.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{SignalKind, signal};

/// How a process is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// By SIGTERM.
    Terminate,
    /// By Ctrl-C.
    Interrupt,
}

/// Waits until somebody asks this process to end.
///
/// # Errors
/// Signals cannot be received.
pub async fn asked_to_end() -> io::Result<Asked> {
    let mut signals = [
        (Asked::Terminate, signal(SignalKind::terminate())?),
        (Asked::Interrupt, signal(SignalKind::interrupt())?),
    ];
    let came = poll_fn(|cx| {
        let came = signals.iter_mut().position(|(_, signal)| signal.poll_recv(cx).is_ready());
        came.map_or(Poll::Pending, Poll::Ready)
    })
    .await;
    Ok(signals[came].0)
}
