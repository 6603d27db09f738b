//! Requests of callers that know nothing of us: judged by their arrival, and told apart by what they ask for.

use sim_core::net::{Body, Request};
use sim_core::telemetry::TraceId;

use crate::bench::{Bench, SECOND, fault, hit};

const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;

fn traced(path: &str) -> Request {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse().unwrap();
    let parent = format!("00-{TRACE:032x}-00f067aa0ba902b7-00");
    request.headers_mut().insert("traceparent", parent.parse().unwrap());
    request
}

#[test]
fn the_window_is_judged_by_the_arrival() {
    let bench = Bench::new(&fault("f", "abort 503"));
    for at in [-SECOND, 10 * SECOND - 1, 10 * SECOND, 20 * SECOND] {
        bench.send(at, traced("/"));
        bench.send(at, Request::new(Body::empty()));
    }
    let seen = bench.fly();
    let effect = &seen.effects[0];
    assert_eq!((effect.seen, effect.matched, effect.hits.len()), (6, 2, 2));
    assert_eq!([effect.hits[0].trace_id, effect.hits[1].trace_id], [TraceId(TRACE), TraceId(0)]);
}

/// The same span id with every attempt, and each is decided by itself.
#[test]
fn repetitions_are_told_apart() {
    let bench = Bench::new(&fault("f", "abort 503 for 50% of requests"));
    (0..200).for_each(|n| bench.send(10 * SECOND + n, traced("/")));
    let hits = bench.fly().effects[0].hits.len();
    assert!((70..130).contains(&hits), "{hits}");
}

#[test]
fn others_in_between_move_no_decision() {
    let run = |others: i64| {
        let bench = Bench::new(&fault("f", "abort 503 for 50% of requests"));
        for n in 0..100 {
            (0..others).for_each(|_| bench.send(10 * SECOND + 10 * n, traced("/others")));
            bench.send(10 * SECOND + 10 * n, traced("/own"));
        }
        hit(&bench.fly().effects[0])
    };
    let (alone, among) = (run(0), run(3));
    assert!(!alone.is_empty() && alone.iter().all(|span| among.contains(span)) && alone.len() < among.len());
}
