//! The listener that services export their spans and log lines to.

use std::cell::{Ref, RefCell};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use live_world::timer::Timer;
use observatory::logs::LogStoreOptions;
use observatory::otlp::backend::Backend;
use observatory::traces::TraceStoreOptions;

use super::http::Server;

/// Receives OTLP over HTTP into stores of its own.
pub(crate) struct Observer {
    server: Server,
    timer: Timer,
    backend: Rc<RefCell<Backend>>,
}

impl Observer {
    /// Begins to listen at this address; port 0 is any that is free.
    ///
    /// # Errors
    /// The port is taken, or is not this user's to take.
    pub(crate) async fn start(timer: &Timer, address: SocketAddr) -> io::Result<Self> {
        let backend = Rc::new(RefCell::new(empty()));
        let (own, clock) = (backend.clone(), timer.clock());
        let handler = move |request: Request<Bytes>| {
            let (head, body) = request.into_parts();
            own.borrow_mut().receive(&head, &body, clock.now_ns()).map(|body| Full::new(body.into()))
        };
        Ok(Self { server: Server::start_at(timer, address, handler).await?, timer: timer.clone(), backend })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// What has come so far; traces are decided on up to now.
    pub(crate) fn backend(&self) -> Ref<'_, Backend> {
        self.backend.borrow_mut().advance(self.timer.clock().now_ns());
        self.backend.borrow()
    }

    /// What has come, once nothing more will: every trace is decided on.
    pub(crate) fn finish(self) -> Backend {
        let mut backend = self.backend.replace(empty());
        backend.advance(i64::MAX);
        backend
    }
}

fn empty() -> Backend {
    Backend::new(TraceStoreOptions::default(), LogStoreOptions::default())
}
