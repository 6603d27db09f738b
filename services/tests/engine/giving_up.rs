//! Callers that stop waiting.

use services::client::PATIENCE_NS;
use sim_core::telemetry::{ErrorType, SpanKind};

use crate::support::{HOP, MS, System};

#[test]
fn a_server_finishes_what_its_caller_gave_up() {
    let system = System::new(
        r#"service front {
             endpoint get GET "/front" { call back.slow timeout 20ms }
           }
           service back {
             endpoint slow GET "/slow" { query db.pause }
           }
           database db {
             engine postgresql
             pool 1, wait 1s
             query pause `SELECT pg_sleep(0.05)` takes 50ms
           }"#,
    );
    system.ask("front.get", 0);
    [30, 60].into_iter().for_each(|at_ms| system.look(at_ms));
    let seen = system.run();

    let front = seen.span("front", SpanKind::Server);
    assert_eq!((seen.answer(0).status, front.record.status), (504, 504));
    let call = seen.span("front", SpanKind::Client);
    assert_eq!((call.record.status, call.record.error), (0, Some(ErrorType::Timeout)));
    assert_eq!(call.took(), 20 * MS);
    let timeouts = [("server_address", "back"), ("error_type", "timeout")];
    assert_eq!(seen.end.sum("front", "http_client_request_duration_seconds_count", &timeouts), 1.0);
    assert_eq!(seen.lines("front", "upstream timeout from back (GET /slow)").len(), 1);

    let back = seen.span("back", SpanKind::Server);
    assert_eq!((back.record.status, back.record.error), (200, None));
    assert_eq!(back.time(), (2 * HOP, 2 * HOP + 50 * MS));
    assert!(back.record.end_ns > front.record.end_ns);
    for (at_ms, used) in [(30, 1.0), (60, 0.0)] {
        let count = |state| {
            seen.looks[&at_ms].sum(
                "back",
                "db_client_connection_count",
                &[("db_client_connection_state", state)],
            )
        };
        assert_eq!((count("used"), count("idle")), (used, 1.0 - used), "after {at_ms} ms");
    }
}

#[test]
fn no_client_waits_for_ever() {
    let system = System::new(r#"service back { endpoint slow GET "/slow" { work wait 40s } }"#);
    system.ask("back.slow", 0);
    let seen = system.run();
    assert_eq!((seen.answer(0).status, seen.answer(0).end_ns), (0, PATIENCE_NS as i64));
    assert_eq!(seen.span("back", SpanKind::Server).record.status, 200);
}
