//! The proof of effect: requests are counted, not actions.

use crate::bench::{Bench, SECOND, fault, fly};

#[test]
fn two_actions_on_one_request_are_one_hit() {
    let seen = fly(&fault("f", "latency 20ms\n abort 503 for 50% of requests"), 200);
    let effect = &seen.effects[0];
    assert_eq!((effect.seen, effect.matched, effect.hits.len()), (200, 200, 200));
    let aborted = seen.answered.iter().filter(|(_, status)| *status == 503).count();
    let both: Vec<_> = effect.hits.iter().filter(|hit| hit.actions == 0b11).collect();
    assert_eq!(both.len(), aborted);
    assert!(effect.hits.iter().all(|hit| hit.actions & 1 == 1));
    assert_eq!(both[0].places().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(effect.hits[0].time_ns % SECOND, 0, "the moment of the first action");
}

#[test]
fn what_an_abort_hides_is_not_hit_by_what_follows() {
    let seen = fly(&fault("f", "abort 503\n latency 20ms"), 10);
    assert!(seen.effects[0].hits.iter().all(|hit| hit.actions == 0b01));
    assert_eq!(seen.effects[0].hits.len(), 10);
}

#[test]
fn of_several_faults_each_counts_all_that_comes() {
    let later = "fault g on caller -> called {\n from 10100ms for 10s\n abort 500\n}\n";
    let seen = fly(&[&fault("f", "latency 1ms"), later].concat(), 200);
    let counts: Vec<_> =
        seen.effects.iter().map(|effect| (effect.seen, effect.matched, effect.hits.len())).collect();
    assert_eq!(counts, [(200, 200, 200), (200, 100, 100)]);
}

#[test]
fn an_edge_without_faults_is_left_as_it_is() {
    let elsewhere = "fault f on caller -> other {\n from 10s for 10s\n abort 503\n}\n";
    let bench = Bench::new(elsewhere);
    bench.send_many(3);
    let seen = bench.fly();
    assert_eq!((seen.arrived.len(), seen.effects[0].seen), (3, 0));
}

#[test]
fn what_is_left_alone_within_the_window_is_recorded() {
    let later = "fault f on caller -> called {\n from 10100ms for 10s\n abort 500 for 30% of requests\n}\n";
    let seen = fly(later, 200);
    let effect = &seen.effects[0];
    assert_eq!(effect.hits.len() + effect.spared.len(), 100);
    assert_eq!((effect.matched, effect.unrecorded), (100, 0));
    assert!(!effect.hits.is_empty() && effect.hits.iter().all(|hit| !effect.spared.contains(&hit.key())));
    assert!(effect.spared.is_sorted());
}
