//! `latency`: holds requests back.

use sim_core::distribution::Sampler;
use sim_core::random::{Purpose, RequestKey};
use sim_core::telemetry::{SpanId, TraceId};
use sim_core::world::World;

use crate::bench::{Bench, SECOND, fault, fly, hit, plan};

#[test]
fn a_request_arrives_later_by_exactly_the_delay() {
    let seen = fly(&fault("f", "latency 20ms"), 1);
    let late = 10 * SECOND + 20_000_000;
    assert_eq!(seen.arrived, [(late, Some(SpanId(1)))]);
    assert_eq!(seen.answered, [(late, 200)]);
}

#[test]
fn the_delay_is_drawn_from_the_key() {
    let text = fault("f", "latency normal(80ms, 20ms)");
    let bench = Bench::new(&text);
    let delay = Sampler::new(&plan(&text).faults[0].actions[0].phrase.distribution("delay").unwrap());
    let expected: Vec<i64> = (1..=50)
        .map(|span| {
            let key = RequestKey { trace_id: TraceId(1), span_id: SpanId(span) };
            delay.sample(bench.world.draws().draw(key, Purpose::new("fault/f/0/draw"))) as i64
        })
        .collect();
    bench.send_many(50);
    let mut arrived = bench.fly().arrived;
    arrived.sort_by_key(|(_, span)| *span);
    let sent = (0..50).map(|index| 10 * SECOND + index * 1_000_000);
    let delays: Vec<i64> = arrived.iter().zip(sent).map(|((at, _), sent)| at - sent).collect();
    assert_eq!(delays, expected);
}

#[test]
fn the_same_key_draws_the_same_delay_and_another_purpose_another() {
    let delays = |name: &str| {
        let bench = Bench::new(&fault(name, "latency exp(1s)"));
        for at_ns in [10 * SECOND, 15 * SECOND] {
            bench.send(at_ns, bench.request((1, 1), 10 * SECOND));
        }
        bench.fly().arrived.into_iter().map(|(at, _)| at % (5 * SECOND)).collect::<Vec<_>>()
    };
    let (one, other) = (delays("one"), delays("other"));
    assert_eq!(one[0], one[1]);
    assert_ne!(one[0], other[0]);
}

#[test]
fn no_delay_is_no_hit() {
    let seen = fly(&fault("f", "latency 0ms"), 100);
    assert_eq!((seen.effects[0].matched, hit(&seen.effects[0])), (100, vec![]));
    // Cut off at zero: nearly half of the requests are left as they are.
    let seen = fly(&fault("f", "latency normal(0ms, 20ms)"), 400);
    let late = seen.arrived.iter().filter(|(at, _)| at % 1_000_000 != 0).count();
    assert_eq!(seen.effects[0].hits.len(), late);
    assert!((150..250).contains(&late), "{late}");
}
