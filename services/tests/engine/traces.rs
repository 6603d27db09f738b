//! Whole traces, and what belongs to them.

use std::collections::{BTreeMap, BTreeSet};

use scenario_lang::plan::Telemetry;
use sim_core::telemetry::{ErrorType, SpanId, SpanKind, TraceContext, TraceId};

use crate::support::{Act, Seen, Span, System, bad_day, fate, shop};

fn context(span: &Span) -> TraceContext {
    TraceContext::root(span.record.trace_id).child(span.record.span_id)
}

/// A bad day that was bad: everything that can fail did.
fn seen() -> Seen {
    let seen = bad_day(Telemetry::Otel).run();
    assert_eq!((seen.answers.len(), seen.abandoned), (500, 0));
    for status in [200, 502, 503, 504] {
        assert!(seen.answers.values().any(|answer| answer.status == status), "no {status}");
    }
    let refused = |span: &Span| span.record.error == Some(ErrorType::PoolTimeout);
    assert!(seen.spans.iter().any(refused));
    seen
}

/// The spans below a parent, each with those below it, by name.
fn drawn(spans: &[Span], parent: SpanId, depth: usize) -> String {
    let below = spans.iter().filter(|span| span.record.parent == parent);
    let mut branches: Vec<String> = below
        .map(|span| {
            let (shape, margin) = (&span.shape, "  ".repeat(depth));
            let line = format!("{margin}{} {:?} {}\n", shape.service, shape.kind, shape.name);
            line + &drawn(spans, span.record.span_id, depth + 1)
        })
        .collect();
    branches.sort();
    branches.concat()
}

#[test]
fn a_trace_shows_all_that_was_done() {
    let system = System::with(shop(), |_, way| way);
    system.ask("api-gateway.list-orders", 0);
    assert_eq!(
        drawn(&system.run().spans, SpanId::default(), 0),
        "\
client Client GET /api/orders
  api-gateway Server GET /api/orders
    api-gateway Client GET /orders
      order-service Server GET /orders
        order-service Client orders-by-user
    api-gateway Client GET /users/{id}
      user-service Server GET /users/{id}
        user-service Client user-by-id
"
    );
}

#[test]
fn every_trace_has_one_root_and_no_orphans() {
    let seen = seen();
    let mut traces: BTreeMap<TraceId, BTreeMap<SpanId, &Span>> = BTreeMap::new();
    for span in &seen.spans {
        let twin = traces.entry(span.record.trace_id).or_default().insert(span.record.span_id, span);
        assert_eq!(twin, None, "two spans of one name");
    }
    assert_eq!(traces.len(), 500);
    for spans in traces.values() {
        let roots: Vec<_> = spans.values().filter(|span| span.record.parent == SpanId::default()).collect();
        assert_eq!(roots.len(), 1, "{roots:#?}");
        assert_eq!(roots[0].shape.service, "shoppers");
        for span in spans.values().filter(|span| span.record.parent != SpanId::default()) {
            let parent = spans.get(&span.record.parent).unwrap_or_else(|| panic!("an orphan: {span:#?}"));
            fits(span, parent);
        }
    }
}

/// A child is where its parent says, and within its time unless the parent gave up waiting.
fn fits(child: &Span, parent: &Span) {
    match child.shape.kind {
        SpanKind::Server => {
            let called = (parent.shape.kind, parent.shape.peer.as_deref());
            assert_eq!(called, (SpanKind::Client, Some(&*child.shape.service)));
        }
        SpanKind::Client => {
            assert_eq!(parent.shape.kind, SpanKind::Server);
            assert_eq!(child.shape.instance, parent.shape.instance);
        }
        other => panic!("no span of ours is {other:?}"),
    }
    let gave_up = parent.record.error == Some(ErrorType::Timeout);
    let ((from, to), (child_from, child_to)) = (parent.time(), child.time());
    assert!(from <= child_from && (child_to <= to || gave_up), "{child:#?} outside of {parent:#?}");
}

#[test]
fn every_call_that_arrived_has_the_server_span_that_answered_it() {
    let seen = seen();
    let mut served: BTreeMap<(TraceId, SpanId), Vec<&Span>> = BTreeMap::new();
    for span in seen.spans.iter().filter(|span| span.shape.kind == SpanKind::Server) {
        served.entry((span.record.trace_id, span.record.parent)).or_default().push(span);
    }
    let calls = seen
        .spans
        .iter()
        .filter(|span| span.shape.kind == SpanKind::Client && span.shape.peer.as_deref() != Some("postgres"));
    for call in calls {
        let of_gateway = call.shape.service == "api-gateway";
        let arrived = !of_gateway || fate(context(call)) == Act::Pass;
        let servers = served.remove(&(call.record.trace_id, call.record.span_id)).unwrap_or_default();
        assert_eq!(servers.len(), usize::from(arrived), "{call:#?}");
        if let ([server], None | Some(ErrorType::Status(_))) = (&*servers, call.record.error) {
            assert_eq!(server.record.status, call.record.status);
        }
    }
    assert!(served.is_empty(), "served without a call: {served:#?}");
}

#[test]
fn log_lines_belong_to_spans() {
    let seen = seen();
    let spans: BTreeMap<_, _> =
        seen.spans.iter().map(|span| ((span.record.trace_id, span.record.span_id), span)).collect();
    let mut access = 0;
    for log in &seen.logs {
        let span = spans[&(log.record.trace_id, log.record.span_id)];
        assert_eq!(log.shape.instance, span.shape.instance);
        assert_eq!(span.shape.kind, SpanKind::Server);
        let (from, to) = span.time();
        assert!((from..=to).contains(&log.record.time_ns));
        access += usize::from(log.shape.body == format!("{} {}", span.shape.name, span.record.status));
    }
    let served = spans.values().filter(|span| span.shape.kind == SpanKind::Server).count();
    assert_eq!(access, served, "one line of the access log each");
    for text in
        ["upstream 502 from", "upstream 503 from", "upstream timeout from", "no connection to postgres"]
    {
        assert!(seen.logs.iter().any(|log| log.shape.body.starts_with(text)), "no line begins with {text:?}");
    }
}

#[test]
fn exemplars_name_the_trace_that_was_measured() {
    let seen = seen();
    let mut met = BTreeSet::new();
    for (instance, name, exemplar) in seen.looks.values().flat_map(|look| &look.exemplars) {
        met.insert(name.as_str());
        let own =
            |span: &&Span| span.record.trace_id == exemplar.trace_id && span.shape.instance == *instance;
        let measured = |span: &Span| {
            let (from, to) = span.time();
            match name.starts_with("db_client_connection_wait_time") {
                // A query begins when the waiting ends; where none came, the span is the waiting.
                true => {
                    span.shape.peer.as_deref() == Some("postgres") && [from, to].contains(&exemplar.time_ns)
                }
                false => to == exemplar.time_ns && span.took() as f64 / 1e9 == exemplar.value,
            }
        };
        assert!(seen.spans.iter().filter(own).any(measured), "{instance} {name} {exemplar:?}");
    }
    let histograms = [
        "db_client_connection_wait_time_seconds_bucket",
        "db_client_operation_duration_seconds_bucket",
        "http_client_request_duration_seconds_bucket",
        "http_server_request_duration_seconds_bucket",
    ];
    assert!(met.iter().eq(&histograms), "{met:?}");
}
