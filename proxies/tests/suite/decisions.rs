//! Which requests are hit depends on the seed, the fault and the request, and on nothing else.

use sim_core::telemetry::SpanId;

use crate::bench::{Bench, SECOND, fault, fly, hit};

const SOME: &str = "abort 503 for 40% of requests";

#[test]
fn adding_a_fault_moves_no_other_faults_decisions() {
    let (own, other) = (fault("f", SOME), fault("other", "latency 300ms for 50% of requests"));
    let hits = |faults: &[&str], index: usize| {
        let mut hits = hit(&fly(&faults.concat(), 500).effects[index]);
        // The other fault delays some of them.
        hits.sort_unstable();
        hits
    };
    let alone = hits(&[&own], 0);
    assert_eq!(hits(&[&own, &other], 0), alone);
    assert_eq!(hits(&[&other, &own], 1), alone);
}

#[test]
fn two_faults_of_the_same_share_hit_different_requests() {
    let seen = fly(&[fault("f", SOME), fault("g", SOME)].concat(), 500);
    let (first, second) = (hit(&seen.effects[0]), hit(&seen.effects[1]));
    assert_ne!(first, second);
    assert!(second.iter().all(|span| !first.contains(span)), "an aborted request meets nothing more");
}

#[test]
fn a_greater_share_only_adds_hits() {
    let few = hit(&fly(&fault("f", "abort 503 for 10% of requests"), 500).effects[0]);
    let many = hit(&fly(&fault("f", SOME), 500).effects[0]);
    assert!(few.iter().all(|span| many.contains(span)) && few.len() < many.len());
}

/// A retry is another client span of the same trace.
#[test]
fn every_attempt_meets_the_fault_anew() {
    let bench = Bench::new(&fault("f", "abort 503 for 50% of requests"));
    for trace in 1..=200u128 {
        for attempt in 1..=2 {
            let at = 10 * SECOND + trace as i64 * 1_000_000 + attempt;
            bench.send(at, bench.request((trace, attempt as u64), 10 * SECOND));
        }
    }
    let seen = bench.fly();
    assert_eq!(seen.effects[0].matched, 400);
    let mut outcomes = [0; 4];
    for trace in 1..=200 {
        let hits = |span| {
            let mut hits = seen.effects[0].hits.iter();
            hits.any(|hit| hit.trace_id.0 == trace && hit.span_id == SpanId(span))
        };
        outcomes[usize::from(hits(1)) * 2 + usize::from(hits(2))] += 1;
    }
    // Independent: each of the four outcomes is expected 50 times, with a standard deviation of 6.
    assert!(outcomes.iter().all(|count| (26..=74).contains(count)), "{outcomes:?}");
}
