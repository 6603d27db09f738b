//! OTLP requests to spans and log lines. What our records have no place for is left out: events, links, attributes of
//! resources and of log lines, and severities finer than ours.

use std::borrow::Cow;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::logs::v1 as logs;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind as Kind;
use opentelemetry_proto::tonic::trace::v1::{self as trace, status::StatusCode};
use sim_core::telemetry::{
    ErrorType, LogRecord, LogShape, Severity, Span, SpanId, SpanKind, SpanShape, TraceId,
};

use super::attributes::{ERROR, PEER, RESEND, SERVICE_INSTANCE, SERVICE_NAME, STATUS, peer_by};
use super::intern::Interner;
use super::value::{bounded, text};

/// Attributes kept of one span: the default limit of OpenTelemetry's SDKs.
const MAX_ATTRIBUTES: usize = 128;

/// What of a request was not taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejected {
    /// How many spans or log lines.
    pub count: u64,
    /// Why the first of them was not.
    pub reason: &'static str,
}

impl Rejected {
    pub(super) fn note(&mut self, reason: &'static str) {
        if self.count == 0 {
            self.reason = reason;
        }
        self.count += 1;
    }
}

/// Gives every span of a request to `take`, which may refuse it with a reason. What ends after `latest_ns` (nanoseconds
/// since the Unix epoch) is rejected.
pub fn traces(
    request: ExportTraceServiceRequest,
    latest_ns: i64,
    kinds: &mut Interner,
    mut take: impl FnMut(Span, &SpanShape) -> Result<(), &'static str>,
) -> Rejected {
    let mut rejected = Rejected::default();
    for of_resource in request.resource_spans {
        let origin = Origin::of(of_resource.resource);
        for span in of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let taken = decode_span(span, latest_ns, &origin, kinds)
                .and_then(|span| take(span, kinds.catalog().span(span.shape)));
            if let Err(reason) = taken {
                rejected.note(reason);
            }
        }
    }
    rejected
}

/// Gives every log line of a request to `take`. One without a time gets `now_ns`; what is after `latest_ns` is rejected.
pub fn logs(
    request: ExportLogsServiceRequest,
    (now_ns, latest_ns): (i64, i64),
    kinds: &mut Interner,
    mut take: impl FnMut(LogRecord, &LogShape),
) -> Rejected {
    let mut rejected = Rejected::default();
    for of_resource in request.resource_logs {
        let origin = Origin::of(of_resource.resource);
        for record in of_resource.scope_logs.into_iter().flat_map(|scope| scope.log_records) {
            match decode_log(record, (now_ns, latest_ns), &origin, kinds) {
                Ok(record) => take(record, kinds.catalog().log(record.shape)),
                Err(reason) => rejected.note(reason),
            }
        }
    }
    rejected
}

/// Who speaks.
struct Origin {
    service: String,
    instance: String,
}

impl Origin {
    fn of(resource: Option<Resource>) -> Self {
        // What the conventions call a service that does not say its name.
        let mut origin = Self { service: "unknown_service".into(), instance: String::new() };
        for KeyValue { key, value, .. } in resource.into_iter().flat_map(|resource| resource.attributes) {
            match &*key {
                SERVICE_NAME => origin.service = text(value),
                SERVICE_INSTANCE => origin.instance = text(value),
                _ => {}
            }
        }
        origin
    }
}

fn decode_span(
    span: trace::Span,
    latest_ns: i64,
    origin: &Origin,
    kinds: &mut Interner,
) -> Result<Span, &'static str> {
    let trace_id = trace_id(&span.trace_id).ok_or("a trace id is not 16 bytes, or all zero")?;
    let id = span_id(&span.span_id).ok_or("a span id is not 8 bytes, or all zero")?;
    let parent = match span_id(&span.parent_span_id) {
        Some(parent) => parent,
        None if span.parent_span_id.iter().all(|byte| *byte == 0) => SpanId::default(),
        None => return Err("a parent's span id is not 8 bytes"),
    };
    let start_ns = moment(span.start_time_unix_nano, latest_ns)?;
    let end_ns = moment(span.end_time_unix_nano, latest_ns)?;
    if end_ns < start_ns {
        return Err("a span ends before it starts");
    }
    let kind = kind(span.kind());
    let failed = span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error);
    let of_span = OwnAttributes::of(span.attributes);
    let peer = of_span.peer.or_else(|| peer_by(kind, &of_span.others).map(str::to_owned));
    let shape = SpanShape {
        service: origin.service.clone(),
        instance: origin.instance.clone(),
        name: bounded(span.name),
        kind,
        peer,
        attributes: of_span.others,
    };
    Ok(Span {
        trace_id,
        span_id: id,
        parent,
        start_ns,
        end_ns,
        shape: kinds.span(shape).ok_or("there are too many different spans: this one is of a new kind")?,
        status: of_span.status,
        resend: of_span.resend,
        error: of_span.error.or(failed.then_some(ErrorType::Other)),
    })
}

/// The attributes of a span, apart those that have a place of their own.
#[derive(Default)]
struct OwnAttributes {
    status: u16,
    resend: u16,
    error: Option<ErrorType>,
    peer: Option<String>,
    others: Vec<(Cow<'static, str>, String)>,
}

impl OwnAttributes {
    fn of(attributes: Vec<KeyValue>) -> Self {
        let mut own = Self::default();
        for KeyValue { key, value, .. } in attributes {
            let value = text(value);
            match (&*key, value.parse()) {
                (STATUS, Ok(status)) => own.status = status,
                (RESEND, Ok(resend)) => own.resend = resend,
                (PEER, _) => own.peer = Some(value),
                (ERROR, _) => match ErrorType::parse(&value) {
                    Some(error) => own.error = Some(error),
                    None => {
                        own.error = Some(ErrorType::Other);
                        own.keep(key, value);
                    }
                },
                _ => own.keep(key, value),
            }
        }
        own
    }

    fn keep(&mut self, name: String, value: String) {
        if self.others.len() < MAX_ATTRIBUTES {
            self.others.push((bounded(name).into(), value));
        }
    }
}

fn decode_log(
    record: logs::LogRecord,
    (now_ns, latest_ns): (i64, i64),
    origin: &Origin,
    kinds: &mut Interner,
) -> Result<LogRecord, &'static str> {
    let severity = severity(record.severity_number);
    let time_ns =
        match [record.time_unix_nano, record.observed_time_unix_nano].into_iter().find(|ns| *ns != 0) {
            Some(ns) => moment(ns, latest_ns)?,
            None => now_ns,
        };
    // An event may have a name and no text.
    let body = Some(text(record.body)).filter(|body| !body.is_empty()).unwrap_or(bounded(record.event_name));
    let shape =
        LogShape { service: origin.service.clone(), instance: origin.instance.clone(), severity, body };
    Ok(LogRecord {
        time_ns,
        shape: kinds.log(shape).ok_or("there are too many different log lines: this one is new")?,
        trace_id: trace_id(&record.trace_id).unwrap_or_default(),
        span_id: span_id(&record.span_id).unwrap_or_default(),
    })
}

fn trace_id(bytes: &[u8]) -> Option<TraceId> {
    let id = TraceId(u128::from_be_bytes(bytes.try_into().ok()?));
    (id != TraceId::default()).then_some(id)
}

fn span_id(bytes: &[u8]) -> Option<SpanId> {
    let id = SpanId(u64::from_be_bytes(bytes.try_into().ok()?));
    (id != SpanId::default()).then_some(id)
}

/// The stores order by time and wait for it to pass: one moment in the far future would upset them.
fn moment(ns: u64, latest_ns: i64) -> Result<i64, &'static str> {
    let ns = i64::try_from(ns).ok().filter(|ns| *ns <= latest_ns);
    ns.ok_or("a time lies in the future: compare the clocks")
}

/// SeverityNumber: 1-8 is finer than what we keep apart, from 17 on are errors and what is worse.
fn severity(number: i32) -> Severity {
    match number {
        17.. => Severity::Error,
        13..17 => Severity::Warn,
        _ => Severity::Info,
    }
}

fn kind(kind: Kind) -> SpanKind {
    match kind {
        Kind::Unspecified | Kind::Internal => SpanKind::Internal,
        Kind::Server => SpanKind::Server,
        Kind::Client => SpanKind::Client,
        Kind::Producer => SpanKind::Producer,
        Kind::Consumer => SpanKind::Consumer,
    }
}
