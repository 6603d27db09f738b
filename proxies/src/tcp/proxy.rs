//! One proxy: where it listens, where it leads, and its toxics.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use live_world::timer::Timer;
use metrics_exporter_prometheus::PrometheusRecorder;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, spawn_local};

use super::count::Counts;
use super::error::Refused;
use super::lease::Lease;
use super::shown::{Accepted, Presence, Shared, Shown};
use super::toxic::Toxic;
use super::worker::Workers;

/// How long nobody is taken in when the process has no descriptor left.
const EXHAUSTED_NS: u64 = 10_000_000;

/// A proxy as the control API sees it.
pub(crate) struct Proxy {
    pub(crate) name: String,
    /// As it was asked for; once it listens, where it really does.
    pub(crate) listen: String,
    /// Where the server is, `host:port`.
    pub(crate) upstream: String,
    /// In the order of their making. After a change comes [`post`](Self::post).
    pub(crate) toxics: Vec<Held>,
    listening: Option<Listening>,
    shared: Arc<Shared>,
    session: u64,
    /// How many connections it has accepted.
    accepted: Rc<Cell<u64>>,
}

/// A toxic, and until when it may stay.
pub(crate) struct Held {
    pub(crate) toxic: Arc<Toxic>,
    pub(crate) lease: Option<Lease>,
}

/// A listener and the task that accepts from it.
struct Listening {
    task: JoinHandle<()>,
    /// Kept here, so that it is closed when this is dropped and not only when the task is.
    _listener: Rc<TcpListener>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// A proxy that does not listen yet.
    pub(crate) fn new(recorder: &PrometheusRecorder, name: String, listen: String, upstream: String) -> Self {
        let shared = Shared::new(Counts::new(recorder, &name));
        let (toxics, accepted) = (Vec::new(), Rc::default());
        Self { name, listen, upstream, toxics, listening: None, shared, session: 0, accepted }
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.listening.is_some()
    }

    /// The toxic of that name.
    pub(crate) fn toxic(&self, name: &str) -> Result<&Held, Refused> {
        self.toxics.iter().find(|held| held.toxic.id.name == name).ok_or(Refused::NoToxic)
    }

    /// Listens, and hands what comes to the workers.
    pub(crate) fn start(
        &mut self,
        address: SocketAddr,
        timer: &Timer,
        workers: &Rc<Workers>,
    ) -> Result<(), Refused> {
        let listener =
            bind(address).map_err(|error| Refused::Listen { address: self.listen.clone(), error })?;
        let (listener, bound) = listener;
        self.listen = bound.to_string();
        let listener = Rc::new(listener);
        let arrivals = Arrivals {
            listener: Rc::downgrade(&listener),
            upstream: self.upstream.as_str().into(),
            session: self.session,
            shared: self.shared.clone(),
            accepted: self.accepted.clone(),
            workers: workers.clone(),
        };
        let task = spawn_local(arrivals.accept(timer.clone()));
        self.listening = Some(Listening { task, _listener: listener });
        Ok(())
    }

    /// Stops listening and closes all connections.
    pub(crate) fn stop(&mut self) {
        if self.listening.take().is_some() {
            self.session += 1;
            self.post();
        }
    }

    /// Has the connections see the toxics as they are now.
    pub(crate) fn post(&self) {
        let toxics = self.toxics.iter().map(|held| held.toxic.clone()).collect();
        self.shared.board.post(Shown { session: self.session, toxics });
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stop();
    }
}

fn bind(address: SocketAddr) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let bound = listener.local_addr()?;
    Ok((TcpListener::from_std(listener)?, bound))
}

/// Those who come to a listener.
struct Arrivals {
    listener: std::rc::Weak<TcpListener>,
    upstream: Arc<str>,
    session: u64,
    shared: Arc<Shared>,
    accepted: Rc<Cell<u64>>,
    workers: Rc<Workers>,
}

impl Arrivals {
    async fn accept(self, timer: Timer) {
        loop {
            // The listener is not held while waiting: whoever stops the proxy closes it at once.
            let came = std::future::poll_fn(|cx| match self.listener.upgrade() {
                Some(listener) => listener.poll_accept(cx).map(Some),
                None => std::task::Poll::Ready(None),
            });
            match came.await {
                None => return,
                // The connection waits in the kernel's queue until a descriptor is free.
                Some(Err(_)) => timer.sleep(EXHAUSTED_NS).await,
                Some(Ok((client, _))) => {
                    let Ok(client) = client.into_std() else { continue };
                    let ordinal = self.accepted.replace(self.accepted.get() + 1);
                    let (upstream, presence) = (self.upstream.clone(), Presence::new(self.shared.clone()));
                    let session = self.session;
                    self.workers.hand_over(Accepted { client, upstream, session, ordinal, presence });
                }
            }
        }
    }
}
