//! What a process of the live world does about its parent and about signals.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use rustix::process::{Signal, set_parent_process_death_signal};
use tokio::signal::unix::{SignalKind, signal};

/// Ends this process at once when the thread that started it ends, however that comes about.
///
/// # Errors
/// The kernel cannot.
pub fn end_with_parent() -> io::Result<()> {
    Ok(set_parent_process_death_signal(Some(Signal::KILL))?)
}

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
