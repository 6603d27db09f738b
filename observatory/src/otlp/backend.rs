//! Takes OTLP requests over HTTP into the stores (<https://opentelemetry.io/docs/specs/otlp/#otlphttp>).

use std::collections::BTreeMap;

use http::{Method, Response, StatusCode, request::Parts};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use sim_core::telemetry::{Catalog, SpanId};

use super::answer::{refusal, success};
use super::body::{Encoding, Refusal, plain};
use super::decode::{self, Rejected};
use super::intern::Interner;
use crate::logs::{LogStore, LogStoreOptions};
use crate::traces::{TraceStore, TraceStoreOptions};

/// How far ahead of ours another machine's clock may be.
const MAX_AHEAD_NS: i64 = 60_000_000_000;

/// What came from one service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its spans.
    pub spans: u64,
    /// Of these, the ones that begin a trace.
    pub roots: u64,
    /// Of its spans, the ones that ended in an error.
    pub errors: u64,
    /// Its log lines.
    pub logs: u64,
}

/// The stores, and what was put into them.
#[derive(Debug)]
pub struct Backend {
    traces: TraceStore,
    logs: LogStore,
    kinds: Interner,
    seen: BTreeMap<String, Seen>,
    refused: u64,
    rejected: Rejected,
}

impl Backend {
    /// Empty stores.
    pub fn new(traces: TraceStoreOptions, logs: LogStoreOptions) -> Self {
        Self {
            traces: TraceStore::new(traces),
            logs: LogStore::new(logs),
            kinds: Interner::default(),
            seen: BTreeMap::new(),
            refused: 0,
            rejected: Rejected::default(),
        }
    }

    /// Takes a request that came at `now_ns` (nanoseconds since the Unix epoch), and answers it: 200 where everything was
    /// taken, or all but what the answer names; 400, 404, 405, 413 or 415 where nothing was.
    pub fn receive(&mut self, head: &Parts, body: &[u8], now_ns: i64) -> Response<Vec<u8>> {
        let encoding = match Encoding::of(&head.headers) {
            Ok(encoding) => encoding,
            Err(refused) => return self.refuse(Encoding::Protobuf, refused),
        };
        self.take(head, encoding, body, now_ns).unwrap_or_else(|refused| self.refuse(encoding, refused))
    }

    fn refuse(&mut self, encoding: Encoding, refused: Refusal) -> Response<Vec<u8>> {
        self.refused += 1;
        refusal(encoding, refused)
    }

    fn take(
        &mut self,
        head: &Parts,
        encoding: Encoding,
        body: &[u8],
        now_ns: i64,
    ) -> Result<Response<Vec<u8>>, Refusal> {
        let path = head.uri.path();
        if !matches!(path, "/v1/traces" | "/v1/logs") {
            let why = format!("there is nothing at `{path}`; OTLP goes to /v1/traces and /v1/logs");
            return Err((StatusCode::NOT_FOUND, why));
        }
        if head.method != Method::POST {
            let why = format!("the method is {}; OTLP is sent with POST", head.method);
            return Err((StatusCode::METHOD_NOT_ALLOWED, why));
        }
        let body = plain(&head.headers, body)?;
        self.advance(now_ns);
        if path == "/v1/traces" {
            self.take_traces(encoding, &body, now_ns)
        } else {
            self.take_logs(encoding, &body, now_ns)
        }
    }

    fn take_traces(
        &mut self,
        encoding: Encoding,
        body: &[u8],
        now_ns: i64,
    ) -> Result<Response<Vec<u8>>, Refusal> {
        let request = encoding.read(body)?;
        let (traces, seen) = (&mut self.traces, &mut self.seen);
        let rejected =
            decode::traces(request, now_ns.saturating_add(MAX_AHEAD_NS), &mut self.kinds, |span, shape| {
                traces.offer(span, now_ns)?;
                let seen = of_service(seen, &shape.service);
                seen.spans += 1;
                seen.roots += u64::from(span.parent == SpanId::default());
                seen.errors += u64::from(span.error.is_some());
                Ok(())
            });
        let partial_success = self.count(rejected).map(|rejected| ExportTracePartialSuccess {
            rejected_spans: rejected.count as i64,
            error_message: rejected.reason.to_owned(),
        });
        Ok(success(encoding, &ExportTraceServiceResponse { partial_success }))
    }

    fn take_logs(
        &mut self,
        encoding: Encoding,
        body: &[u8],
        now_ns: i64,
    ) -> Result<Response<Vec<u8>>, Refusal> {
        let request = encoding.read(body)?;
        let times = (now_ns, now_ns.saturating_add(MAX_AHEAD_NS));
        let (logs, seen) = (&mut self.logs, &mut self.seen);
        let rejected = decode::logs(request, times, &mut self.kinds, |record, shape| {
            logs.push(shape.severity, record);
            of_service(seen, &shape.service).logs += 1;
        });
        let partial_success = self.count(rejected).map(|rejected| ExportLogsPartialSuccess {
            rejected_log_records: rejected.count as i64,
            error_message: rejected.reason.to_owned(),
        });
        Ok(success(encoding, &ExportLogsServiceResponse { partial_success }))
    }

    /// Adds up what was rejected; `None` for nothing, which an answer does not mention.
    fn count(&mut self, rejected: Rejected) -> Option<Rejected> {
        if rejected.count == 0 {
            return None;
        }
        self.rejected = Rejected { count: self.rejected.count + rejected.count, reason: rejected.reason };
        Some(rejected)
    }

    /// Lets time pass: traces that are due are decided on, at `i64::MAX` all.
    pub fn advance(&mut self, now_ns: i64) {
        self.traces.advance(now_ns);
    }

    /// The spans.
    pub fn traces(&self) -> &TraceStore {
        &self.traces
    }

    /// The log lines.
    pub fn logs(&self) -> &LogStore {
        &self.logs
    }

    /// The kinds that spans and log lines point to.
    pub fn catalog(&self) -> &Catalog {
        self.kinds.catalog()
    }

    /// What came, by service.
    pub fn seen(&self) -> &BTreeMap<String, Seen> {
        &self.seen
    }

    /// How many requests were not taken at all.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// How many spans and log lines of other requests were not taken, and why the last time.
    pub fn rejected(&self) -> &Rejected {
        &self.rejected
    }

    /// The stores, and the kinds that their records point to.
    pub fn into_stores(self) -> (TraceStore, LogStore, Catalog) {
        (self.traces, self.logs, self.kinds.into_catalog())
    }
}

/// How many services there may be is bounded by the kinds of span and log line.
fn of_service<'a>(seen: &'a mut BTreeMap<String, Seen>, service: &str) -> &'a mut Seen {
    if !seen.contains_key(service) {
        seen.insert(service.to_owned(), Seen::default());
    }
    seen.get_mut(service).expect("it was put there, if it was not there before")
}
