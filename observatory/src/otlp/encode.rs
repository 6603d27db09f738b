//! Spans and log lines to OTLP requests.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{self as logs, ResourceLogs, ScopeLogs, SeverityNumber};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind as Kind;
use opentelemetry_proto::tonic::trace::v1::{self as trace, ResourceSpans, ScopeSpans, Status, status};
use prost::Message;
use sim_core::telemetry::{
    Catalog, ErrorType, LogRecord, Severity, Span, SpanId, SpanKind, SpanShape, TraceId,
};

use super::attributes::{ERROR, PEER, PORT, RESEND, SERVICE_INSTANCE, SERVICE_NAME, STATUS, peer_by};

/// Who measured: the name of the instrumentation scope.
const SCOPE: &str = "sim";

/// Spans as the body of a request in protobuf, those of one replica together.
pub fn traces(spans: &[Span], catalog: &Catalog) -> Vec<u8> {
    let mut by_resource = ByResource::default();
    for span in spans {
        let shape = catalog.span(span.shape);
        by_resource.of(&shape.service, &shape.instance).push(encode_span(span, shape));
    }
    let resource_spans = by_resource.0.into_iter().map(|((service, instance), spans)| ResourceSpans {
        resource: Some(resource(service, instance)),
        scope_spans: vec![ScopeSpans { scope: Some(scope()), spans, schema_url: String::new() }],
        schema_url: String::new(),
    });
    ExportTraceServiceRequest { resource_spans: resource_spans.collect() }.encode_to_vec()
}

/// Log lines as the body of a request in protobuf, those of one replica together.
pub fn logs(records: &[LogRecord], catalog: &Catalog) -> Vec<u8> {
    let mut by_resource = ByResource::default();
    for record in records {
        let shape = catalog.log(record.shape);
        let (severity_number, severity_text) = severity(shape.severity);
        by_resource.of(&shape.service, &shape.instance).push(logs::LogRecord {
            time_unix_nano: moment(record.time_ns),
            observed_time_unix_nano: moment(record.time_ns),
            severity_number: severity_number.into(),
            severity_text: severity_text.to_owned(),
            body: Some(text(&shape.body)),
            trace_id: trace_id(record.trace_id),
            span_id: span_id(record.span_id),
            ..Default::default()
        });
    }
    let resource_logs = by_resource.0.into_iter().map(|((service, instance), log_records)| ResourceLogs {
        resource: Some(resource(service, instance)),
        scope_logs: vec![ScopeLogs { scope: Some(scope()), log_records, schema_url: String::new() }],
        schema_url: String::new(),
    });
    ExportLogsServiceRequest { resource_logs: resource_logs.collect() }.encode_to_vec()
}

/// Records by service and instance. A process is one replica, or a few: looking from the front is quickest.
struct ByResource<'a, T>(Vec<((&'a str, &'a str), Vec<T>)>);

impl<T> Default for ByResource<'_, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'a, T> ByResource<'a, T> {
    fn of(&mut self, service: &'a str, instance: &'a str) -> &mut Vec<T> {
        let known = self.0.iter().position(|(known, _)| *known == (service, instance));
        let place = known.unwrap_or_else(|| {
            self.0.push(((service, instance), Vec::new()));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }
}

fn encode_span(span: &Span, shape: &SpanShape) -> trace::Span {
    let of_kind = shape.attributes.iter().map(|(name, value)| pair(name, attribute_value(name, value)));
    let mut attributes: Vec<KeyValue> = of_kind.collect();
    if let Some(peer) = &shape.peer
        && peer_by(shape.kind, &shape.attributes) != Some(peer)
    {
        attributes.push(pair(PEER, text(peer)));
    }
    if span.status != 0 {
        attributes.push(pair(STATUS, number(span.status.into())));
    }
    if span.resend != 0 {
        attributes.push(pair(RESEND, number(span.resend.into())));
    }
    // An error of another service may have a name that only its kind of span knows.
    let named = |error: &ErrorType| {
        *error == ErrorType::Other && shape.attributes.iter().any(|(name, _)| name == ERROR)
    };
    if let Some(error) = span.error.filter(|error| !named(error)) {
        attributes.push(pair(ERROR, text(&error.to_string())));
    }
    let code = if span.error.is_some() { status::StatusCode::Error } else { status::StatusCode::Unset };
    trace::Span {
        trace_id: trace_id(span.trace_id),
        span_id: span_id(span.span_id),
        parent_span_id: span_id(span.parent),
        name: shape.name.clone(),
        kind: kind(shape.kind).into(),
        start_time_unix_nano: moment(span.start_ns),
        end_time_unix_nano: moment(span.end_ns),
        attributes,
        status: Some(Status { code: code.into(), message: String::new() }),
        ..Default::default()
    }
}

fn resource(service: &str, instance: &str) -> Resource {
    let attributes = vec![pair(SERVICE_NAME, text(service)), pair(SERVICE_INSTANCE, text(instance))];
    Resource { attributes, ..Default::default() }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope { name: SCOPE.to_owned(), ..Default::default() }
}

fn kind(kind: SpanKind) -> Kind {
    match kind {
        SpanKind::Internal => Kind::Internal,
        SpanKind::Server => Kind::Server,
        SpanKind::Client => Kind::Client,
        SpanKind::Producer => Kind::Producer,
        SpanKind::Consumer => Kind::Consumer,
    }
}

fn severity(severity: Severity) -> (SeverityNumber, &'static str) {
    match severity {
        Severity::Info => (SeverityNumber::Info, "INFO"),
        Severity::Warn => (SeverityNumber::Warn, "WARN"),
        Severity::Error => (SeverityNumber::Error, "ERROR"),
    }
}

fn pair(name: &str, value: AnyValue) -> KeyValue {
    KeyValue { key: name.to_owned(), value: Some(value), ..Default::default() }
}

/// Attributes of ours are text; the one that the conventions want as a number becomes one.
fn attribute_value(name: &str, value: &str) -> AnyValue {
    match value.parse() {
        Ok(port) if name == PORT && format!("{port}") == value => number(port),
        _ => text(value),
    }
}

fn text(text: &str) -> AnyValue {
    AnyValue { value: Some(Value::StringValue(text.to_owned())) }
}

fn number(number: i64) -> AnyValue {
    AnyValue { value: Some(Value::IntValue(number)) }
}

/// Moments before 1970 do not exist in OTLP.
fn moment(ns: i64) -> u64 {
    ns.max(0).unsigned_abs()
}

/// The bytes of an id; none for no id.
fn trace_id(id: TraceId) -> Vec<u8> {
    if id == TraceId::default() { Vec::new() } else { id.0.to_be_bytes().to_vec() }
}

fn span_id(id: SpanId) -> Vec<u8> {
    if id == SpanId::default() { Vec::new() } else { id.0.to_be_bytes().to_vec() }
}
