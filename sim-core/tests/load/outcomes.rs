use proptest::prelude::*;
use sim_core::load::{Outcome, Outcomes, Slices};

fn outcome(intended_ns: i64, latency_us: i64, status: u16) -> Outcome {
    Outcome { intended_ns, end_ns: intended_ns + 1_000 * latency_us, status }
}

#[test]
fn each_segment_has_its_own() {
    let mut outcomes = Outcomes::new(&[0, 100, 200]);
    for (at, latency_us, status) in [
        (-1, 1, 200),
        (0, 10, 200),
        (99, 20, 503),
        (100, 30_000, 0),
        (199, 10_000_000_000, 404),
        (200, 1, 200),
    ] {
        outcomes.record(outcome(at, latency_us, status));
    }
    outcomes.planned = 6;
    outcomes.dropped = 1;
    let counts: Vec<_> = outcomes.segments().iter().map(|s| (s.ended, s.errors, s.unanswered)).collect();
    assert_eq!(counts, [(2, 1, 0), (2, 1, 1)]);
    let health = outcomes.health();
    assert_eq!((health.planned, health.dropped, health.answered, health.errors), (6, 1, 3, 2));
    assert_eq!(health.latency_us.len(), 4);
    // Three significant digits, and one hour at most.
    assert_eq!(health.latency_us.value_at_quantile(0.75), health.latency_us.highest_equivalent(30_000));
    assert_eq!(health.latency_us.max(), health.latency_us.highest_equivalent(3_600_000_000));
}

proptest! {
    #[test]
    fn slices_cover_the_run_without_gaps(from in -1_000_000..1_000_000i64, length in 1..1_000_000i64, count in 0..200u32) {
        let to = from + length;
        let mut slices = Slices::new(from, to, count);
        for at in [from - 1, from, from + length / 2, to - 1, to] {
            slices.record(outcome(at, 5, if at == from { 500 } else { 200 }));
        }
        let slices = slices.slices();
        prop_assert!(!slices.is_empty() && slices.len() <= count.max(1) as usize);
        prop_assert_eq!((slices[0].from_ns, slices[slices.len() - 1].to_ns), (from, to));
        prop_assert!(slices.windows(2).all(|pair| pair[0].to_ns == pair[1].from_ns));
        let width = slices[0].to_ns - from;
        prop_assert!(slices.iter().rev().skip(1).all(|slice| slice.to_ns - slice.from_ns == width));
        prop_assert_eq!(slices.iter().map(|slice| slice.sent).sum::<u64>(), 3);
        // At length 1, all three are the first.
        let at_from = [from, from + length / 2, to - 1].iter().filter(|&&at| at == from).count() as u64;
        prop_assert_eq!(slices.iter().map(|slice| slice.errors).sum::<u64>(), at_from);
        prop_assert!(slices[0].errors == at_from);
    }
}

#[test]
fn an_empty_run_has_no_slices() {
    assert!(Slices::new(5, 5, 10).slices().is_empty());
    assert!(Slices::new(5, 4, 10).slices().is_empty());
}
