//! How a connection is opened: the toxics of its opening first, then the server.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use live_world::timer::{Sleep, Timer};
use tokio::net::TcpStream;

use super::board::Reader;
use super::connection::Connection;
use super::shown::{Accepted, Shown};
use super::toxics::action::{Action, Opening, Verdict};

/// Serves a connection from its acceptance to its end.
pub(crate) async fn serve(accepted: Accepted, timer: &Timer) {
    let Accepted { client, upstream, session, ordinal, presence } = accepted;
    // A client that is gone already needs no answer.
    let Ok(client) = ready(TcpStream::from_std(client)) else { return };
    let mut reader = presence.shared.board.reader();
    let opening = Opening { at_ns: timer.clock().now_ns(), open: presence.open };
    let mut admission = Admission { ordinal, opening, counted: Vec::new(), sleep: None, timer };
    if admission.verdict(&mut reader, session).await == Verdict::Refuse {
        // It fails if the client has reset the connection itself.
        let _ = client.set_zero_linger();
        return;
    }
    match while_open(&mut reader, session, TcpStream::connect(&*upstream)).await.map(ready) {
        Some(Ok(server)) => {
            Connection { client, server, ordinal, session, presence }.carry(timer).await;
        }
        Some(Err(_)) => presence.shared.counts.failed.increment(1),
        None => {}
    }
}

/// Has every piece sent as soon as it is there.
fn ready(stream: io::Result<TcpStream>) -> io::Result<TcpStream> {
    let stream = stream?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// What comes of the future, or nothing if the proxy is stopped before.
async fn while_open<T>(
    reader: &mut Reader<Shown>,
    session: u64,
    future: impl Future<Output = T>,
) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|cx| match reader.news(cx) {
        Some(shown) if shown.session != session => Poll::Ready(None),
        _ => future.as_mut().poll(cx).map(Some),
    })
    .await
}

/// A connection before the toxics of its opening.
struct Admission<'a> {
    ordinal: u64,
    opening: Opening,
    /// The names of those that are counted already.
    counted: Vec<String>,
    sleep: Option<Sleep>,
    timer: &'a Timer,
}

impl Admission<'_> {
    /// Waits until all toxics admit the connection or one of them refuses it, as they change meanwhile.
    async fn verdict(&mut self, reader: &mut Reader<Shown>, session: u64) -> Verdict {
        let mut shown = None;
        poll_fn(|cx| {
            shown = reader.news(cx).or(shown.take());
            match &shown {
                Some(shown) if shown.session == session => self.poll(shown, cx),
                _ => Poll::Ready(Verdict::Refuse),
            }
        })
        .await
    }

    fn poll(&mut self, shown: &Shown, cx: &mut Context<'_>) -> Poll<Verdict> {
        loop {
            let now_ns = self.timer.clock().now_ns();
            let mut due_ns = None;
            for toxic in shown.toxics.iter().filter(|toxic| toxic.hits(self.ordinal)) {
                let Action::Open(judge) = toxic.id.kind.action else { continue };
                if !self.counted.contains(&toxic.id.name) {
                    self.counted.push(toxic.id.name.clone());
                    toxic.id.hits.increment(1);
                }
                match judge(&toxic.meeting(self.ordinal, self.opening.at_ns, now_ns), &self.opening) {
                    Verdict::Admit => {}
                    Verdict::Wait(until_ns) => due_ns = due_ns.max(Some(until_ns)),
                    Verdict::Refuse => return Poll::Ready(Verdict::Refuse),
                }
            }
            let Some(due_ns) = due_ns else { return Poll::Ready(Verdict::Admit) };
            let sleep = self.sleep.insert(self.timer.sleep_until(due_ns));
            if Pin::new(sleep).poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }
}
