//! Requests that no code of ours has written.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use serde_json::json;
use sim_core::telemetry::{ErrorType, Span, SpanKind, SpanShape};

use super::super::{decode, encode, intern::Interner};

/// The spans of a JSON request, and how many were rejected.
fn decoded(spans: serde_json::Value, kinds: &mut Interner) -> (Vec<(Span, SpanShape)>, decode::Rejected) {
    let request = json!({"resourceSpans": [{"resource": {"attributes": [
        {"key": "service.name", "value": {"stringValue": "checkout"}},
        {"key": "host.name", "value": {"stringValue": "a"}},
    ]}, "scopeSpans": [{"spans": spans}]}]});
    let request: ExportTraceServiceRequest = serde_json::from_value(request).unwrap();
    let mut came = Vec::new();
    let rejected = decode::traces(request, 1_000_000, kinds, |span, shape| {
        came.push((span, shape.clone()));
        Ok(())
    });
    (came, rejected)
}

fn span(more: serde_json::Value) -> serde_json::Value {
    let mut span = json!({
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "work", "kind": 1,
        "startTimeUnixNano": "1000", "endTimeUnixNano": "2000",
    });
    span.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    span
}

#[test]
fn attributes_of_every_type_are_taken() {
    let attributes = json!({"attributes": [
        {"key": "text", "value": {"stringValue": "a"}},
        {"key": "truth", "value": {"boolValue": true}},
        {"key": "whole", "value": {"intValue": "-7"}},
        {"key": "part", "value": {"doubleValue": 0.5}},
        {"key": "list", "value": {"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "b"}]}}},
        {"key": "map", "value": {"kvlistValue": {"values": [{"key": "k", "value": {"boolValue": false}}]}}},
        {"key": "bytes", "value": {"bytesValue": "AP8="}},
        {"key": "none", "value": {}},
        {"key": "http.response.status_code", "value": {"intValue": "200"}},
    ]});
    let (spans, rejected) = decoded(json!([span(attributes)]), &mut Interner::default());
    assert_eq!(rejected.count, 0);
    let (record, shape) = &spans[0];
    assert_eq!((record.status, record.error, shape.kind), (200, None, SpanKind::Internal));
    assert_eq!((&*shape.service, &*shape.instance), ("checkout", ""));
    let pairs: Vec<_> = shape.attributes.iter().map(|(name, value)| (&**name, &**value)).collect();
    let expected = [
        ("text", "a"),
        ("truth", "true"),
        ("whole", "-7"),
        ("part", "0.5"),
        ("list", r#"[1,"b"]"#),
        ("map", r#"{"k":false}"#),
        ("bytes", "00ff"),
        ("none", ""),
    ];
    assert_eq!(pairs, expected);
}

#[test]
fn an_error_that_we_do_not_know_keeps_its_name() {
    let mut kinds = Interner::default();
    let unknown =
        json!({"attributes": [{"key": "error.type", "value": {"stringValue": "java.io.IOException"}}]});
    let without_name = json!({"status": {"code": 2, "message": "it broke"}});
    let (spans, _) = decoded(json!([span(unknown), span(without_name)]), &mut kinds);
    assert_eq!(spans[0].0.error, Some(ErrorType::Other));
    assert_eq!(spans[0].1.attributes, [("error.type".into(), "java.io.IOException".to_owned())]);
    assert_eq!(spans[1].0.error, Some(ErrorType::Other));

    // And back: its name is written once.
    let sent = encode::traces(&[spans[0].0, spans[1].0], kinds.catalog());
    let sent = ExportTraceServiceRequest::decode(&*sent).unwrap();
    let errors: Vec<_> =
        sent.resource_spans[0].scope_spans[0].spans.iter().map(|span| span.attributes.len()).collect();
    assert_eq!(errors, [1, 1]);
}

#[test]
fn whom_a_call_leads_to_is_said_in_several_ways() {
    let peer = |kind: u8, attributes: &[(&str, &str)]| {
        let pair = |(key, value): &(&str, &str)| json!({"key": key, "value": {"stringValue": value}});
        let attributes: Vec<_> = attributes.iter().map(pair).collect();
        let (spans, _) =
            decoded(json!([span(json!({"kind": kind, "attributes": attributes}))]), &mut Interner::default());
        spans[0].1.peer.clone()
    };
    let address = ("server.address", "db-1");
    assert_eq!(peer(3, &[address]).as_deref(), Some("db-1"));
    assert_eq!(peer(3, &[address, ("db.namespace", "orders")]).as_deref(), Some("orders"));
    assert_eq!(peer(3, &[address, ("peer.service", "postgres")]).as_deref(), Some("postgres"));
    assert_eq!(peer(2, &[address]), None, "a server's own address");
}

#[test]
fn what_is_no_span_is_rejected_and_the_others_are_taken() {
    let broken = [
        json!({"traceId": ""}),
        json!({"traceId": "00000000000000000000000000000000"}),
        json!({"spanId": "0102"}),
        json!({"parentSpanId": "0102"}),
        json!({"endTimeUnixNano": "999"}),
        json!({"endTimeUnixNano": "1000001"}),
        json!({"endTimeUnixNano": "18446744073709551615"}),
    ];
    let spans: Vec<_> = broken.into_iter().map(span).chain([span(json!({}))]).collect();
    let (taken, rejected) = decoded(json!(spans), &mut Interner::default());
    assert_eq!((taken.len(), rejected.count), (1, 7));
    assert_eq!(rejected.reason, "a trace id is not 16 bytes, or all zero");
}

#[test]
fn kinds_without_end_are_taken_without_attributes_and_then_not_at_all() {
    let mut kinds = Interner::new(20_000);
    let of_user = |user: usize, name: &str| {
        let attributes = json!([{"key": "user", "value": {"stringValue": user.to_string()}}]);
        span(json!({"name": name, "attributes": attributes}))
    };
    let spans: Vec<_> = (0..100).map(|user| of_user(user, "work")).collect();
    let (taken, rejected) = decoded(json!(spans), &mut kinds);
    assert_eq!((taken.len(), rejected.count), (100, 0), "the name is told apart, the user no longer");
    let bare = taken.iter().filter(|(_, shape)| shape.attributes.is_empty()).count();
    assert!((50..100).contains(&bare), "{bare}");

    let spans: Vec<_> = (0..100).map(|user| of_user(user, &format!("work {user}"))).collect();
    let (taken, rejected) = decoded(json!(spans), &mut kinds);
    assert_eq!(taken.len() as u64 + rejected.count, 100);
    assert!(rejected.count > 50, "{rejected:?}");
    let (taken, _) = decoded(json!([of_user(0, "work")]), &mut kinds);
    assert_eq!(taken.len(), 1, "what is known goes on being taken");
}
