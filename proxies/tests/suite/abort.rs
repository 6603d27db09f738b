//! `abort`: answers in the callee's place.

use crate::bench::{SECOND, fault, fly, hit};

#[test]
fn the_called_service_never_sees_the_request() {
    let seen = fly(&fault("f", "abort 503"), 1);
    assert_eq!(seen.arrived, []);
    assert_eq!(seen.answered, [(10 * SECOND, 503)], "at once");
    assert_eq!(hit(&seen.effects[0]), [1]);
}

#[test]
fn who_is_not_hit_is_answered_by_the_called_service() {
    let seen = fly(&fault("f", "abort 503 for 30% of requests"), 1_000);
    let aborted = seen.answered.iter().filter(|(_, status)| *status == 503).count();
    assert_eq!(aborted, seen.effects[0].hits.len());
    assert_eq!(seen.arrived.len(), 1_000 - aborted);
    // Four standard deviations of a binomial count.
    assert!((aborted as f64 - 300.0).abs() < 4.0 * 210f64.sqrt(), "{aborted}");
    let hits = hit(&seen.effects[0]);
    assert!(seen.arrived.iter().all(|(_, span)| !hits.contains(&span.unwrap().0)));
}
