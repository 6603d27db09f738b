//! Requests wait for workers.

use services::client::PATIENCE_NS;
use sim_core::telemetry::{ErrorType, SpanKind};

use crate::support::{HOP, MS, System};

const ACTIVE: &str = "http_server_active_requests";

/// Three requests a millisecond apart, with work of 10 ms each, and so many workers.
fn three(workers: u32) -> System {
    let system = System::new(&format!(
        r#"service back {{
             workers {workers}
             endpoint get GET "/x" {{ work wait 10ms }}
           }}"#
    ));
    (0..3).for_each(|at_ms| system.ask("back.get", at_ms));
    system
}

#[test]
fn first_come_first_served_and_the_wait_is_part_of_the_duration() {
    let seen = three(1).run();
    let times: Vec<_> = seen.spans("back", SpanKind::Server).into_iter().map(|span| span.time()).collect();
    let expected = [(0, 10), (1, 20), (2, 30)].map(|(from, to)| (from * MS + HOP, to * MS + HOP));
    assert_eq!(times, expected);
    let ends = [0, 1, 2].map(|number| seen.answer(number).end_ns);
    assert_eq!(ends, expected.map(|(_, end_ns)| end_ns));
    let sum = seen.end.sum("back", "http_server_request_duration_seconds_sum", &[]);
    assert!((sum - 0.057).abs() < 1e-9, "{sum}");
}

#[test]
fn as_many_at_once_as_there_are_workers() {
    let seen = three(2).run();
    let ends: Vec<_> = seen.spans("back", SpanKind::Server).iter().map(|span| span.record.end_ns).collect();
    assert_eq!(ends, [10 * MS + HOP, 11 * MS + HOP, 20 * MS + HOP]);
}

#[test]
fn active_requests_are_those_that_wait_too() {
    let system = three(1);
    let looks = [(1, 1.0), (5, 3.0), (15, 2.0), (25, 1.0), (35, 0.0)];
    looks.iter().for_each(|(at_ms, _)| system.look(*at_ms));
    let seen = system.run();
    for (at_ms, active) in looks {
        let labels = [("http_request_method", "GET"), ("url_scheme", "http")];
        assert_eq!(seen.looks[&at_ms].sum("back", ACTIVE, &labels), active, "after {at_ms} ms");
    }
}

/// The only worker of `front` waits for an answer that only the same worker could give.
#[test]
fn a_service_that_waits_for_its_own_workers_fails_its_clients() {
    let system = System::new(
        r#"service front {
             workers 1
             endpoint start GET "/start" { call back.middle }
             endpoint finish GET "/finish" { work wait 1ms }
           }
           service back {
             endpoint middle GET "/middle" { call front.finish }
           }"#,
    );
    system.ask("front.start", 0);
    system.ask("front.finish", 1000);
    system.look(60_000);
    let seen = system.run();
    for (number, sent_ns) in [(0, 0), (1, 1000 * MS)] {
        let answer = seen.answer(number);
        assert_eq!((answer.status, answer.end_ns), (0, sent_ns + PATIENCE_NS as i64));
    }
    let errors: Vec<_> =
        seen.spans("client", SpanKind::Client).iter().map(|span| span.record.error).collect();
    assert_eq!(errors, [Some(ErrorType::Timeout); 2]);
    assert_eq!(seen.looks[&60_000].sum("front", ACTIVE, &[]), 3.0, "start, finish for it, finish");
    assert!(seen.abandoned > 0);
    let cut: Vec<_> = seen.spans("front", SpanKind::Server).iter().map(|span| span.record.error).collect();
    assert_eq!(cut, [Some(ErrorType::Cancelled); 3], "each request leaves a span all the same");
}
