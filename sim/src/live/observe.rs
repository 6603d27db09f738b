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

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use observatory::otlp::encode;
    use sim_core::telemetry::{Catalog, LogRecord, LogShape, Severity, SpanId, TraceId};

    use super::*;
    use crate::live::http::Client;
    use crate::live::testing::on_one_thread;

    #[test]
    fn what_is_sent_is_seen_and_a_port_is_taken_once() {
        on_one_thread(async |timer| {
            let observer = Observer::start(&timer, (Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
            assert!(Observer::start(&timer, observer.address()).await.is_err());

            let (service, instance, body) = ("shop".to_owned(), "shop-0".to_owned(), "done".to_owned());
            let mut catalog = Catalog::default();
            let shape = catalog.add_log(LogShape { service, instance, severity: Severity::Info, body });
            let line = LogRecord { time_ns: 1, shape, trace_id: TraceId(1), span_id: SpanId(2) };
            let client = Client::new(&timer, &format!("http://{}", observer.address())).unwrap();
            let body = Bytes::from(encode::logs(&[line], &catalog));
            let answer = client.post("/v1/logs", "application/x-protobuf", body).await.unwrap();
            assert_eq!(answer.status.as_u16(), 200);
            assert_eq!(observer.backend().seen()["shop"].logs, 1);
            let answer = client.post("/v1/logs", "text/plain", Bytes::new()).await.unwrap();
            assert_eq!(answer.status.as_u16(), 415);

            let (_, logs, catalog) = observer.finish().into_stores();
            assert_eq!((logs.len(), &*catalog.log(0).body), (1, "done"));
        });
    }
}
