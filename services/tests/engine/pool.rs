//! Connections to a database.

use sim_core::telemetry::{ErrorType, Severity, SpanKind};

use crate::support::{HOP, MS, Seen, System};

const POOL: (&str, &str) = ("db_client_connection_pool_name", "db");

/// Queries of 50 ms on one connection, asked for at these milliseconds; looked at in the middle and after.
fn queries(wait_ms: u32, at_ms: &[i64]) -> Seen {
    let system = System::new(&format!(
        r#"service back {{ endpoint get GET "/x" {{ query db.pause }} }}
           database db {{
             engine postgresql
             pool 1, wait {wait_ms}ms
             query pause `SELECT pg_sleep(0.05)` takes 50ms
           }}"#
    ));
    at_ms.iter().for_each(|at_ms| system.ask("back.get", *at_ms));
    [15, 40].into_iter().for_each(|at_ms| system.look(at_ms));
    system.run()
}

#[test]
fn without_a_connection_in_time_there_is_no_query() {
    let seen = queries(20, &[0, 10]);
    assert_eq!((seen.answer(0).status, seen.answer(1).status), (200, 503));

    let refused = seen.spans("back", SpanKind::Client)[0];
    assert_eq!(refused.shape.peer.as_deref(), Some("db"));
    assert_eq!((refused.record.status, refused.record.error), (0, Some(ErrorType::PoolTimeout)));
    assert_eq!(refused.time(), (10 * MS + HOP, 30 * MS + HOP), "the span lasts as long as the wait");
    let operations = seen.end.sum("back", "db_client_operation_duration_seconds_count", &[]);
    assert_eq!(operations, 1.0, "only what was run is measured");

    let timeouts = |at_ms| seen.looks[&at_ms].sum("back", "db_client_connection_timeouts_total", &[POOL]);
    let pending = |at_ms| seen.looks[&at_ms].sum("back", "db_client_connection_pending_requests", &[POOL]);
    assert_eq!((pending(15), timeouts(15)), (1.0, 0.0));
    assert_eq!((pending(40), timeouts(40)), (0.0, 1.0));
    let waits =
        |part: &str| seen.end.sum("back", &format!("db_client_connection_wait_time_seconds_{part}"), &[POOL]);
    assert_eq!((waits("count"), waits("sum")), (2.0, 0.02));

    let lines = seen.lines("back", "no connection to db within 20ms");
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].shape.severity, lines[0].record.time_ns), (Severity::Error, 30 * MS + HOP));
    assert_eq!(
        (lines[0].record.trace_id, lines[0].record.span_id),
        (refused.record.trace_id, refused.record.parent)
    );
}

#[test]
fn whoever_waits_gets_the_connection_in_turn_and_the_query_counts_from_there() {
    let seen = queries(1000, &[0, 10, 20]);
    let queries: Vec<_> = seen.spans("back", SpanKind::Client).iter().map(|span| span.time()).collect();
    assert_eq!(queries, [0, 50, 100].map(|from| (from * MS + HOP, (from + 50) * MS + HOP)));
    let served: Vec<_> = seen.spans("back", SpanKind::Server).iter().map(|span| span.time()).collect();
    assert_eq!(served, [0, 1, 2].map(|nth| (nth * 10 * MS + HOP, (nth + 1) * 50 * MS + HOP)));
    assert_eq!(seen.looks[&40].sum("back", "db_client_connection_pending_requests", &[POOL]), 2.0);
    assert_eq!(seen.end.sum("back", "db_client_connection_timeouts_total", &[POOL]), 0.0);
}
