//! ``log in … matching `…` with trace_id, at least …``.

use observatory::logs::{LogStore, LogStoreOptions};
use scenario_lang::plan::Check;
use scenario_lang::quantity::{Value, When};
use sim_core::telemetry::{LogRecord, LogShape, Severity, SpanId, TraceId};
use verdict::checks::pattern;
use verdict::flight::Flight;
use verdict::verdict::EvidenceKind::{Log, Sample};
use verdict::verdict::Outcome::{Held, Inconclusive, Violated};

use crate::fixture::*;

/// A flight with so many lines `upstream 503` of the gateway, one a second from minute 76 on.
fn with_lines(count: u32, trace: u128, kept: usize) -> Flight {
    let mut flight = flight();
    flight.logs = LogStore::new(LogStoreOptions { records_per_severity: kept });
    let shape = flight.catalog.add_log(LogShape {
        service: "api-gateway".to_owned(),
        instance: "api-gateway-0".to_owned(),
        severity: Severity::Error,
        body: "upstream 503 from order-service".to_owned(),
    });
    for index in 0..count {
        let time_ns = ns(76.0 + f64::from(index) / 60.0);
        let record = LogRecord { time_ns, shape, trace_id: TraceId(trace), span_id: SpanId(1) };
        flight.logs.push(Severity::Error, record);
    }
    flight
}

fn at_least(min: u64, pattern: &str, when: When) -> Check {
    let values = [
        ("service", name("api-gateway")),
        ("pattern", Value::Text(pattern.to_owned())),
        ("trace", Value::Flag),
        ("min", Value::Count(min)),
        ("when", Value::When(when)),
    ];
    check("log", 0, &values, &[0])
}

#[test]
fn enough_lines() {
    let verdict = judged(at_least(5, "upstream 5..", during("bad-deploy")), &with_lines(5, 7, 100));
    assert_eq!((verdict.outcome, verdict.reason.as_str()), (Held, "5 such lines of at least 5"));
    let line = "+1h16m (10:16:00) upstream 503 from order-service trace 00000000000000000000000000000007";
    assert_eq!(evidence(&verdict, Log)[0], line);
}

#[test]
fn too_few_and_which_condition_was_not_met() {
    let verdict = judged(at_least(5, "upstream", during("bad-deploy")), &with_lines(5, 0, 100));
    assert_eq!(verdict.outcome, Violated);
    let nearest = ["0 lines of the service with whatever text", "5 lines without asking for a trace id"];
    assert_eq!(evidence(&verdict, Sample), nearest);
    let verdict = judged(at_least(6, "downstream", during("bad-deploy")), &with_lines(5, 7, 100));
    assert_eq!(evidence(&verdict, Sample)[0], "5 lines of the service with whatever text");
}

#[test]
fn lines_of_another_time_do_not_count() {
    let outside = When::Outside("bad-deploy".to_owned());
    assert_eq!(judged(at_least(1, "upstream", outside), &with_lines(5, 7, 100)).outcome, Violated);
}

#[test]
fn lost_lines_make_too_few_inconclusive() {
    let flight = with_lines(5, 7, 3);
    assert_eq!(judged(at_least(3, "upstream", during("bad-deploy")), &flight).outcome, Held);
    assert_eq!(judged(at_least(4, "upstream", during("bad-deploy")), &flight).outcome, Inconclusive);
}

#[test]
fn nothing_never_holds() {
    assert_eq!(judged(at_least(1, "upstream", during("bad-deploy")), &flight()).outcome, Inconclusive);
    assert_eq!(
        judged(at_least(0, "nothing", during("bad-deploy")), &with_lines(5, 7, 9)).outcome,
        Inconclusive
    );
}

#[test]
fn a_broken_pattern_is_told_in_one_line() {
    let verdict = judged(at_least(1, "upstream (", during("bad-deploy")), &with_lines(5, 7, 9));
    assert_eq!(verdict.outcome, Inconclusive);
    assert_eq!(verdict.reason, "`upstream (` is no regular expression: unclosed group");
    assert_eq!(pattern("upstream (").unwrap_err(), verdict.reason);
}
