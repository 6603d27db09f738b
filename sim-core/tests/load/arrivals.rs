use std::time::Duration;

use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use scenario_lang::plan::Arrivals;
use sim_core::load::{ArrivalTimes, Profile};
use sim_core::random::stream;

use super::{any_shapes, hold, s, shoppers};

fn even(profile: &Profile) -> impl Iterator<Item = u64> {
    ArrivalTimes::new(profile, Arrivals::Even, ChaCha8Rng::seed_from_u64(0))
}

fn poisson(profile: &Profile, seed: u64) -> impl Iterator<Item = u64> {
    ArrivalTimes::new(profile, Arrivals::Poisson, ChaCha8Rng::seed_from_u64(seed))
}

proptest! {
    #[test]
    fn even_arrivals_are_the_nearest_whole_number_at_every_time(shapes in any_shapes()) {
        let profile = Profile::new(&shapes, s(60)).unwrap();
        let nearest = |t| (profile.cumulative(Duration::from_nanos(t)) + 0.5).floor();
        let mut count = 0.0;
        for t in even(&profile) {
            // So many until the nanosecond before, and one more now.
            prop_assert!(t == 0 || nearest(t - 1) == count, "{t}");
            count += 1.0;
            prop_assert!(nearest(t) >= count, "{t}");
        }
        prop_assert_eq!(count, nearest(59_999_999_999));
    }

    #[test]
    fn the_same_seed_gives_the_same_ascending_arrivals(shapes in any_shapes(), seed: u64) {
        let profile = Profile::new(&shapes, s(60)).unwrap();
        let times: Vec<u64> = poisson(&profile, seed).collect();
        prop_assert!(times.is_sorted() && times.last().is_none_or(|&last| last < 60_000_000_000));
        prop_assert!(poisson(&profile, seed).eq(times));
    }
}

#[test]
fn even_arrivals_are_exactly_as_many_as_expected_in_every_minute() {
    let profile = Profile::new(&shoppers(), s(7200)).unwrap();
    let mut counts = vec![0.0; 120];
    for t in even(&profile) {
        counts[(t / 60_000_000_000) as usize] += 1.0;
    }
    for (minute, count) in (0..).zip(counts) {
        let expected = profile.cumulative(s(60 * minute + 60)) - profile.cumulative(s(60 * minute));
        assert_eq!(count, expected.round(), "minute {minute}");
        assert!((expected - expected.round()).abs() < 1e-9, "whole by construction");
    }
}

#[test]
fn even_arrivals_of_a_held_rate_are_equally_far_apart() {
    let profile = Profile::new(&[hold(80.0, None)], s(10)).unwrap();
    let times: Vec<u64> = even(&profile).collect();
    assert_eq!((times.len(), times[0]), (800, 6_250_000));
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 12_500_000));
}

#[test]
fn poisson_counts_are_spread_as_they_should_be() {
    let profile = Profile::new(&shoppers(), s(1200)).unwrap();
    let expected: Vec<f64> =
        (0..1200).map(|t| profile.cumulative(s(t + 1)) - profile.cumulative(s(t))).collect();
    for seed in 1..=20 {
        let mut counts = vec![0.0; expected.len()];
        poisson(&profile, seed).for_each(|t| counts[(t / 1_000_000_000) as usize] += 1.0);
        // Chi-square with one degree of freedom for each second: neither too wild nor too tame.
        let chi_square: f64 = counts.iter().zip(&expected).map(|(n, e)| (n - e) * (n - e) / e).sum();
        let freedom = expected.len() as f64;
        let deviations = (chi_square - freedom) / (2.0 * freedom).sqrt();
        assert!(deviations.abs() < 4.0, "seed {seed}: {chi_square} for {freedom}");
    }
}

#[test]
fn gaps_of_a_held_rate_are_exponential() {
    let profile = Profile::new(&[hold(200.0, None)], s(100)).unwrap();
    let times: Vec<u64> = poisson(&profile, 1).collect();
    let mut gaps: Vec<f64> = times.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / 1e9).collect();
    gaps.sort_by(f64::total_cmp);
    // Kolmogorov–Smirnov; the bound is exceeded once in a thousand times.
    let n = gaps.len() as f64;
    let steps = (1..).zip(&gaps).map(|(i, gap)| (f64::from(i) / n - (1.0 - libm::exp(-200.0 * gap))).abs());
    let distance = steps.fold(0.0, f64::max);
    assert!(distance < 1.95 / n.sqrt(), "{distance} over {n} gaps");
}

#[test]
fn arrivals_are_pinned() {
    // A change here changes every journal.
    let profile = Profile::new(&shoppers(), s(7200)).unwrap();
    let times = ArrivalTimes::new(&profile, Arrivals::Poisson, stream(42, "load/shoppers"));
    assert_eq!(times.take(3).collect::<Vec<_>>(), [63_356_630, 110_393_033, 173_395_136]);
}
