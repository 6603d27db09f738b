//! A window judges a request by the moment at which its root was meant to be sent.

use crate::bench::{Bench, SECOND, fault, hit};

#[test]
fn the_window_is_judged_by_the_intended_time() {
    let bench = Bench::new(&fault("f", "abort 503"));
    let (from, to) = (10 * SECOND, 20 * SECOND);
    // Span by span: intended at, sent at.
    let requests = [(from - 1, from + 1), (from, from), (to - 1, to + 5 * SECOND), (to, to), (from, to)];
    for (span, (intended, sent)) in (1..).zip(requests) {
        bench.send(sent, bench.request((1, span), intended));
    }
    let seen = bench.fly();
    let mut spans = hit(&seen.effects[0]);
    spans.sort_unstable();
    assert_eq!(spans, [2, 3, 5], "the end is not included");
    assert_eq!((seen.effects[0].seen, seen.effects[0].matched), (5, 3));
}

#[test]
fn what_was_intended_before_the_start_is_not_counted() {
    let from_the_start = "fault f on caller -> called {\n from 0s for 10s\n abort 503\n}\n";
    let bench = Bench::new(from_the_start);
    bench.send(-SECOND, bench.request((1, 1), -SECOND));
    bench.send(SECOND, bench.request((1, 2), -1));
    bench.send(SECOND, bench.request((1, 3), 0));
    bench.send(11 * SECOND, bench.request((1, 4), 11 * SECOND));
    let seen = bench.fly();
    assert_eq!((seen.effects[0].seen, seen.effects[0].matched), (2, 1));
    assert_eq!(hit(&seen.effects[0]), [3]);
}

#[test]
fn a_window_beyond_all_time_does_not_wrap() {
    let mut plan = crate::bench::plan(&fault("f", "abort 503"));
    plan.faults[0].from = std::time::Duration::from_secs(u64::MAX / 2);
    plan.faults[0].length = std::time::Duration::MAX;
    let bench = Bench::of(&plan);
    bench.send(15 * SECOND, bench.request((1, 1), 15 * SECOND));
    let seen = bench.fly();
    assert_eq!((seen.effects[0].seen, seen.effects[0].matched), (1, 0));
}
