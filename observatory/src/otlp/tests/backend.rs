use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use http::{Request, Response};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use sim_core::telemetry::{Catalog, Severity, Span, SpanId, SpanKind, TraceId};

use super::super::backend::{Backend, Seen};
use super::super::{body::MAX_BODY, encode};
use super::{line, log_shape, shape, span};
use crate::logs::LogStoreOptions;
use crate::traces::TraceStoreOptions;

const PROTOBUF: &str = "application/x-protobuf";

fn backend() -> Backend {
    Backend::new(TraceStoreOptions::default(), LogStoreOptions::default())
}

/// Sends a body, with the type and the encoding given.
fn send(backend: &mut Backend, to: (&str, &str), types: (&str, &str), body: &[u8]) -> Response<Vec<u8>> {
    let request = Request::builder().method(to.0).uri(to.1);
    let request = request.header("content-type", types.0).header("content-encoding", types.1);
    let (head, ()) = request.body(()).unwrap().into_parts();
    backend.receive(&head, body, 5_000)
}

fn traces() -> Vec<u8> {
    let mut catalog = Catalog::default();
    let shape = catalog.add_span(shape(SpanKind::Server));
    let child = Span { parent: SpanId(8), span_id: SpanId(9), error: None, ..span(shape) };
    encode::traces(&[child, span(shape)], &catalog)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn spans_and_lines_come_into_the_stores() {
    let mut backend = backend();
    let mut catalog = Catalog::default();
    let warning = catalog.add_log(log_shape(Severity::Warn, "upstream 503"));
    let logs = encode::logs(&[line(warning)], &catalog);
    for (path, body) in [("/v1/traces", gzip(&traces())), ("/v1/logs", gzip(&logs))] {
        let answer = send(&mut backend, ("POST", path), (PROTOBUF, "gzip"), &body);
        assert_eq!((answer.status().as_u16(), answer.body().len()), (200, 0), "{path}");
        assert_eq!(answer.headers()["content-type"], PROTOBUF);
    }
    assert_eq!(backend.seen()["shop"], Seen { spans: 2, roots: 1, errors: 1, logs: 1 });
    backend.advance(i64::MAX);
    let (traces, logs, catalog) = backend.into_stores();
    let kept: Vec<_> = traces.kept().map(<[Span]>::len).collect();
    assert_eq!((kept, logs.len()), (vec![2], 1));
    assert_eq!(catalog.log(0).body, "upstream 503");
}

#[test]
fn json_is_answered_in_json() {
    let mut backend = backend();
    let body =
        br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"00","spanId":"01","name":"x"}]}]}]}"#;
    let answer = send(&mut backend, ("POST", "/v1/traces"), ("application/json; charset=utf-8", ""), body);
    let said: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(said["partialSuccess"]["errorMessage"], "a trace id is not 16 bytes, or all zero");
    assert_eq!(backend.rejected().count, 1);
    let answer = send(&mut backend, ("POST", "/v1/traces"), ("application/json", ""), b"{");
    let said: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!((answer.status().as_u16(), &said["code"]), (400, &3.into()));
}

#[test]
fn what_cannot_be_taken_gets_the_status_that_says_why() {
    let bomb = gzip(&vec![0; MAX_BODY + 1]);
    assert!(bomb.len() < MAX_BODY / 100);
    let cases: [(u16, (&str, &str), (&str, &str), &[u8]); 8] = [
        (404, ("POST", "/v1/metrics"), (PROTOBUF, ""), b""),
        (405, ("GET", "/v1/traces"), (PROTOBUF, ""), b""),
        (415, ("POST", "/v1/traces"), ("text/plain", ""), b""),
        (415, ("POST", "/v1/traces"), (PROTOBUF, "zstd"), b""),
        (400, ("POST", "/v1/traces"), (PROTOBUF, ""), b"\xff"),
        (400, ("POST", "/v1/logs"), (PROTOBUF, "gzip"), b"not gzip"),
        (413, ("POST", "/v1/logs"), (PROTOBUF, "gzip"), &bomb),
        (413, ("POST", "/v1/logs"), (PROTOBUF, ""), &vec![0; MAX_BODY + 1]),
    ];
    let mut backend = backend();
    for (status, to, types, body) in cases {
        let answer = send(&mut backend, to, types, body);
        assert_eq!(answer.status().as_u16(), status, "{to:?} {types:?}");
        assert_eq!(answer.headers()["content-type"], PROTOBUF);
        // `google.rpc.Status`: a code, and then the message as field 2.
        assert!(answer.body().starts_with(b"\x08") && answer.body()[2] == 0x12, "{:?}", answer.body());
    }
    assert_eq!((backend.refused(), backend.seen().len()), (8, 0));
}

#[test]
fn a_flood_of_spans_without_a_root_ends_at_the_limit() {
    let options = TraceStoreOptions { max_spans: 10, ..Default::default() };
    let mut backend = Backend::new(options, LogStoreOptions::default());
    let mut catalog = Catalog::default();
    let shape = catalog.add_span(shape(SpanKind::Server));
    let orphan = |trace| Span { trace_id: TraceId(trace), parent: SpanId(1), ..span(shape) };
    let flood: Vec<Span> = (1..=25).map(orphan).collect();
    let body = encode::traces(&flood, &catalog);
    let answer = send(&mut backend, ("POST", "/v1/traces"), (PROTOBUF, ""), &body);
    let said = ExportTraceServiceResponse::decode(&**answer.body()).unwrap().partial_success.unwrap();
    assert_eq!(said.rejected_spans, 15);
    // After the patience they are gone, and there is room again.
    backend.advance(100_000_000_000);
    let answer = send(&mut backend, ("POST", "/v1/traces"), (PROTOBUF, ""), &traces());
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, 0));
}
