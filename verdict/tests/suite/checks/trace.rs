//! `trace through … with error calling …, at least …`.

use observatory::traces::{TraceStore, TraceStoreOptions};
use scenario_lang::plan::Check;
use scenario_lang::quantity::{Value, When};
use sim_core::telemetry::{ErrorType, Span, SpanId, SpanKind, SpanShape, TraceId};
use verdict::flight::Flight;
use verdict::verdict::EvidenceKind::{Sample, Trace};
use verdict::verdict::Outcome::{Held, Inconclusive, Violated};

use crate::fixture::*;

/// A flight with so many traces through the gateway that failed calling `peer`, one a second from that minute on.
fn with_traces(count: u32, minute: f64, peer: &str, options: TraceStoreOptions) -> Flight {
    let mut flight = flight();
    flight.traces = TraceStore::new(options);
    let shape = flight.catalog.add_span(SpanShape {
        service: "api-gateway".to_owned(),
        instance: "api-gateway-0".to_owned(),
        name: "GET".to_owned(),
        kind: SpanKind::Client,
        peer: Some(peer.to_owned()),
        attributes: vec![],
    });
    for index in 0..count {
        let start_ns = ns(minute + f64::from(index) / 60.0);
        flight.traces.push(Span {
            trace_id: TraceId(u128::from(index) + 1),
            span_id: SpanId(1),
            parent: SpanId::default(),
            start_ns,
            end_ns: start_ns + 1_000_000,
            shape,
            status: 503,
            resend: 0,
            error: Some(ErrorType::Status(503)),
        });
    }
    flight.traces.advance(i64::MAX);
    flight
}

fn at_least(min: u64, error: bool, when: When) -> Check {
    let mut values =
        vec![("service", name("api-gateway")), ("peer", name("order-service")), ("min", Value::Count(min))];
    values.extend(error.then_some(("error", Value::Flag)));
    values.push(("when", Value::When(when)));
    check("trace", 0, &values, &[0])
}

#[test]
fn enough_traces() {
    let flight = with_traces(5, 76.0, "order-service", TraceStoreOptions::default());
    let verdict = judged(at_least(5, true, during("bad-deploy")), &flight);
    assert_eq!((verdict.outcome, verdict.reason.as_str()), (Held, "5 such traces of at least 5"));
    assert_eq!(evidence(&verdict, Trace)[0], "00000000000000000000000000000001");
}

#[test]
fn too_few_and_which_condition_was_not_met() {
    let flight = with_traces(5, 76.0, "user-service", TraceStoreOptions::default());
    let verdict = judged(at_least(5, true, during("bad-deploy")), &flight);
    assert_eq!((verdict.outcome, verdict.reason.as_str()), (Violated, "0 such traces, at least 5 expected"));
    assert_eq!(
        evidence(&verdict, Sample),
        ["0 without asking for an error", "5 without asking whom it called"]
    );
}

#[test]
fn traces_of_another_time_do_not_count() {
    let flight = with_traces(5, 86.0, "order-service", TraceStoreOptions::default());
    assert_eq!(judged(at_least(5, true, during("bad-deploy")), &flight).outcome, Violated);
    let outside = When::Outside("bad-deploy".to_owned());
    assert_eq!(judged(at_least(5, true, outside), &flight).outcome, Held);
}

#[test]
fn lost_traces_make_too_few_inconclusive() {
    let flight =
        with_traces(5, 76.0, "order-service", TraceStoreOptions { max_spans: 3, ..Default::default() });
    assert_eq!(judged(at_least(3, true, during("bad-deploy")), &flight).outcome, Held);
    assert_eq!(judged(at_least(4, true, during("bad-deploy")), &flight).outcome, Inconclusive);
}

#[test]
fn traces_sampled_out_make_too_few_inconclusive_unless_errors_are_asked_for() {
    let mut flight =
        with_traces(5, 76.0, "order-service", TraceStoreOptions { keep_one_in: 3, ..Default::default() });
    let healthy = Span {
        trace_id: TraceId(1 << 64),
        span_id: SpanId(1),
        parent: SpanId::default(),
        start_ns: ns(77.0),
        end_ns: ns(77.0),
        shape: 0,
        status: 200,
        resend: 0,
        error: None,
    };
    flight.traces.push(healthy);
    flight.traces.advance(i64::MAX);
    assert_eq!(flight.traces.stats().sampled_out, 1);
    assert_eq!(judged(at_least(6, false, during("bad-deploy")), &flight).outcome, Inconclusive);
    assert_eq!(judged(at_least(6, true, during("bad-deploy")), &flight).outcome, Violated);
}

#[test]
fn nothing_never_holds() {
    assert_eq!(
        judged(at_least(1, true, during("bad-deploy")), &flight()).outcome,
        Inconclusive,
        "no trace at all"
    );
    let flight = with_traces(5, 86.0, "order-service", TraceStoreOptions::default());
    assert_eq!(judged(at_least(0, true, during("bad-deploy")), &flight).outcome, Inconclusive);
    assert_eq!(judged(at_least(1, true, When::AtEnd), &flight).outcome, Inconclusive);
}
