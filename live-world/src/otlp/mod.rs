//! Sends a process's spans and log lines to a receiver of OTLP over HTTP, in batches and beside everything else.

mod queue;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use http::{HeaderValue, Method, Request, StatusCode, Uri, header::CONTENT_TYPE};
use observatory::otlp::encode;
use sim_core::net::{Body, Edge};
use sim_core::sync::{Semaphore, within};
use sim_core::telemetry::{Catalog, Collector, LogRecord, Severity, Span};
use tokio::task::{JoinHandle, spawn_local};

use crate::http::client::Upstream;
use crate::timer::Timer;
use queue::Queue;

pub use queue::Counts;

/// How an [`Exporter`] sends.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// So many spans, and as many log lines, wait at most; what comes then is dropped, and counted.
    pub capacity: usize,
    /// So many go into one request.
    pub batch: usize,
    /// How long after one round of sending the next begins, also where the receiver was away.
    pub interval_ns: u64,
    /// How long an answer is waited for.
    pub patience_ns: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { capacity: 65_536, batch: 512, interval_ns: 100_000_000, patience_ns: 5_000_000_000 }
    }
}

/// Sends until it is dropped.
pub struct Exporter {
    shared: Rc<Shared>,
    rounds: JoinHandle<()>,
}

struct Shared {
    timer: Timer,
    to: Edge,
    options: Options,
    catalog: Rc<RefCell<Catalog>>,
    spans: RefCell<Queue<Span>>,
    lines: RefCell<Queue<LogRecord>>,
    /// One round of sending at a time, or a batch would go out twice.
    turn: Semaphore,
}

impl Exporter {
    /// Begins to send to this address what its collector is given; `catalog` holds what the records point to. It must run
    /// within a `LocalSet`.
    pub fn start(timer: &Timer, to: SocketAddr, catalog: Rc<RefCell<Catalog>>, options: Options) -> Self {
        let shared = Rc::new(Shared {
            timer: timer.clone(),
            to: Upstream::new(to).edge(),
            options,
            catalog,
            spans: RefCell::new(Queue::new(options.capacity)),
            lines: RefCell::new(Queue::new(options.capacity)),
            turn: Semaphore::new(1),
        });
        let rounds = spawn_local({
            let shared = shared.clone();
            async move {
                loop {
                    shared.timer.sleep(options.interval_ns).await;
                    // Where the receiver is away, the next round tries again.
                    shared.round().await;
                }
            }
        });
        Self { shared, rounds }
    }

    /// Whom to give spans and log lines to.
    pub fn collector(&self) -> Rc<RefCell<dyn Collector>> {
        Rc::new(RefCell::new(Intake(self.shared.clone())))
    }

    /// What became of the spans so far.
    pub fn spans(&self) -> Counts {
        self.shared.spans.borrow().counts()
    }

    /// What became of the log lines so far.
    pub fn lines(&self) -> Counts {
        self.shared.lines.borrow().counts()
    }

    /// Sends all that waits, for at most so long; [`Exporter::spans`] and [`Exporter::lines`] tell what is left.
    pub async fn flush(&self, limit_ns: u64) {
        let Shared { timer, options, .. } = &*self.shared;
        let all = async {
            while !self.shared.round().await {
                timer.sleep(options.interval_ns).await;
            }
        };
        within(all, timer.sleep(limit_ns)).await;
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.rounds.abort();
    }
}

struct Intake(Rc<Shared>);

impl Collector for Intake {
    fn span(&mut self, span: Span) {
        self.0.spans.borrow_mut().push(span);
    }

    fn log(&mut self, _: Severity, record: LogRecord) {
        self.0.lines.borrow_mut().push(record);
    }
}

/// What a request was answered.
enum Verdict {
    Taken,
    /// It will never be taken.
    Refused,
    /// Another time, perhaps.
    Later,
}

impl Shared {
    /// Sends what waits. Says whether nothing is left; if something is, the receiver is away.
    async fn round(&self) -> bool {
        let _turn = self.turn.acquire().await;
        let spans = self.send_all(&self.spans, "/v1/traces", encode::traces).await;
        // A receiver may take one and not the other.
        let lines = self.send_all(&self.lines, "/v1/logs", encode::logs).await;
        spans && lines
    }

    async fn send_all<T: Copy>(
        &self,
        queue: &RefCell<Queue<T>>,
        path: &'static str,
        encode: fn(&[T], &Catalog) -> Vec<u8>,
    ) -> bool {
        loop {
            let batch = queue.borrow().batch(self.options.batch);
            if batch.is_empty() {
                return true;
            }
            let body = encode(&batch, &self.catalog.borrow());
            match self.post(path, body).await {
                Verdict::Taken => queue.borrow_mut().sent(batch.len()),
                Verdict::Refused => queue.borrow_mut().refused(batch.len()),
                Verdict::Later => return false,
            }
        }
    }

    async fn post(&self, path: &'static str, body: Vec<u8>) -> Verdict {
        let mut request = Request::new(Body::from(bytes::Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static(path);
        let protobuf = HeaderValue::from_static("application/x-protobuf");
        request.headers_mut().insert(CONTENT_TYPE, protobuf);
        let answer = within(self.to.send(request), self.timer.sleep(self.options.patience_ns)).await;
        match answer {
            Some(Ok(answer)) => verdict(answer.status()),
            // No answer in time, or none at all.
            None | Some(Err(_)) => Verdict::Later,
        }
    }
}

/// What OTLP says to do about a status (<https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes>).
fn verdict(status: StatusCode) -> Verdict {
    match status.as_u16() {
        200..300 => Verdict::Taken,
        429 | 502 | 503 | 504 => Verdict::Later,
        _ => Verdict::Refused,
    }
}
