//! The listener that notifications arrive at, whoever they were meant for.
//!
//! - [`Pages`]: what has arrived
//! - `payload`: what Slack, PagerDuty and webhooks are sent, read
//! - `book`: deliveries put together to notifications

mod book;
mod payload;

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};
use live_world::timer::Timer;
use observatory::alertmanager::Notification;

use super::http::{Server, text};
use super::url;
use book::Book;

/// Receives what [`super::alertmanager::redirect`] leads here.
pub(crate) struct Pages {
    server: Server,
    book: Rc<RefCell<Book>>,
}

/// Which integration of which receiver a notification was meant for, as the path says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    kind: String,
    receiver: String,
    index: String,
}

impl Pages {
    /// Begins to listen.
    ///
    /// # Errors
    /// No port is free.
    pub(crate) async fn start(timer: &Timer) -> io::Result<Self> {
        let book: Rc<RefCell<Book>> = Rc::default();
        let (own, clock) = (book.clone(), timer.clock());
        let handler = move |request: Request<Bytes>| {
            let time_ms = clock.now_ns().div_euclid(1_000_000);
            receive(&mut own.borrow_mut(), time_ms, &request)
        };
        Ok(Self { server: Server::start(timer, handler).await?, book })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// What has arrived so far, in order of time.
    pub(crate) fn notifications(&self) -> Vec<Notification> {
        self.book.borrow().notifications.clone()
    }

    /// What has arrived and could not be read, and why.
    pub(crate) fn problems(&self) -> Vec<String> {
        self.book.borrow().problems.clone()
    }
}

/// Takes a delivery in and answers as the service would for which it was meant.
fn receive(book: &mut Book, time_ms: i64, request: &Request<Bytes>) -> Response<Full<Bytes>> {
    let path = request.uri().path();
    let Some(way) = Way::of(path) else {
        book.problem(format!("a request to {path:?}, which no receiver leads to"));
        return text(StatusCode::NOT_FOUND, "no receiver leads here\n");
    };
    let message = match payload::read(&way.kind, request.body()) {
        Ok(message) => message,
        Err(cause) => {
            book.problem(format!("a delivery to {} by {} cannot be read: {cause}", way.receiver, way.kind));
            return text(StatusCode::BAD_REQUEST, format!("{cause}\n"));
        }
    };
    let answer = match &*way.kind {
        "pagerduty" => text(StatusCode::ACCEPTED, r#"{"status":"success","message":"Event processed"}"#),
        _ => text(StatusCode::OK, "ok"),
    };
    book.deliver(time_ms, way, message);
    answer
}

impl Way {
    fn of(path: &str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.split('/').map(|part| url::decode(part, false));
        let way = Self { kind: parts.next()??, receiver: parts.next()??, index: parts.next()?? };
        parts.next().is_none().then_some(way)
    }
}
