//! Samplers against their definitions, and against another implementation.

use std::time::Duration;

use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scenario_lang::quantity::Distribution;
use sim_core::distribution::Sampler;

fn us(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// The draw at a quantile.
fn at(p: f64) -> u64 {
    (p * (1u128 << 64) as f64) as u64
}

fn any_duration() -> impl Strategy<Value = Duration> {
    prop_oneof![0..10_000u64, 0..10_000_000_000u64].prop_map(Duration::from_nanos)
}

fn any_distribution() -> impl Strategy<Value = Distribution> {
    let two = || (any_duration(), any_duration());
    prop_oneof![
        any_duration().prop_map(Distribution::Constant),
        two().prop_map(|(mean, stddev)| Distribution::Normal { mean, stddev }),
        two().prop_map(|(a, b)| Distribution::LogNormal { p50: a.min(b), p99: a.max(b) }),
        any_duration().prop_map(|mean| Distribution::Exp { mean }),
        two().prop_map(|(a, b)| Distribution::Uniform { min: a.min(b), max: a.max(b) }),
        (any_duration(), 0.1..5.0f64).prop_map(|(min, alpha)| Distribution::Pareto { min, alpha }),
        prop::collection::vec((0.0..=1.0f64, any_duration()), 1..6).prop_map(Distribution::Quantiles),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_greater_draw_never_gives_a_lesser_value(of in any_distribution(), a: u64, b: u64, near in 0..4096u64) {
        let sampler = Sampler::new(&of);
        for (low, high) in [(a.min(b), a.max(b)), (a, a.saturating_add(near)), (0, a), (a, u64::MAX)] {
            prop_assert!(sampler.sample(low) <= sampler.sample(high), "{of:?}: {low} {high}");
        }
    }

    #[test]
    fn lognormal_keeps_its_quantiles(p50 in 1..1_000_000_000u64, factor in 1.0..1000.0f64) {
        let p99 = (p50 as f64 * factor) as u64;
        let of = Distribution::LogNormal { p50: Duration::from_nanos(p50), p99: Duration::from_nanos(p99) };
        let sampler = Sampler::new(&of);
        prop_assert_eq!(sampler.sample(at(0.5)), p50);
        // To the nanosecond, as long as a float resolves it well.
        prop_assert!(sampler.sample(at(0.99)).abs_diff(p99) <= 1 + p99 / (1 << 48));
    }

    #[test]
    fn nothing_panics_on_absurd_parameters(draw: u64, alpha: f64, p: f64) {
        let (zero, max) = (Duration::ZERO, Duration::MAX);
        for of in [
            Distribution::Normal { mean: max, stddev: max },
            Distribution::LogNormal { p50: zero, p99: max },
            Distribution::LogNormal { p50: max, p99: zero },
            Distribution::Uniform { min: max, max: zero },
            Distribution::Uniform { min: zero, max },
            Distribution::Pareto { min: max, alpha },
            Distribution::Quantiles(vec![]),
            Distribution::Quantiles(vec![(p, max), (p, zero)]),
        ] {
            Sampler::new(&of).sample(draw);
        }
    }
}

#[test]
fn values_at_known_draws() {
    let value = |of, p| Sampler::new(&of).sample(at(p));
    assert_eq!(value(Distribution::Constant(us(5)), 0.3), 5_000);
    // Half of the values of an exponential lie below ln 2 of its mean.
    assert_eq!(value(Distribution::Exp { mean: us(1_000) }, 0.5), 693_147);
    assert_eq!(value(Distribution::Normal { mean: us(100), stddev: us(10) }, 0.975), 119_600);
    assert_eq!(value(Distribution::Normal { mean: us(1), stddev: us(10) }, 0.025), 0);
    assert_eq!(value(Distribution::Pareto { min: us(100), alpha: 0.5 }, 0.9), 10_000_000);
    let uniform = Distribution::Uniform { min: us(1), max: us(5) };
    assert_eq!([0, u64::MAX].map(|draw| Sampler::new(&uniform).sample(draw)), [1_000, 5_000]);
    let table = Distribution::Quantiles(vec![(0.5, us(3)), (0.95, us(12)), (0.99, us(40))]);
    let at_points = [0.0, 0.5, 0.725, 0.95, 0.97, 0.99, 1.0].map(|p| value(table.clone(), p));
    assert_eq!(at_points, [3_000, 3_000, 7_500, 12_000, 26_000, 40_000, 40_000]);
}

#[test]
fn samples_are_pinned() {
    // A change here changes every journal. Draws from the middle, both tails and the far tails.
    let sampler = Sampler::new(&Distribution::LogNormal { p50: us(300), p99: us(2_000) });
    let values =
        [0, 1 << 32, 1 << 58, 1 << 62, 3 << 61, u64::MAX - (1 << 20), u64::MAX].map(|d| sampler.sample(d));
    assert_eq!(values, [172, 1_865, 51_796, 173_078, 231_351, 127_765_525, 524_320_700]);
}

/// The greatest distance between two empirical distribution functions.
fn kolmogorov_smirnov(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let share = |of: &[f64], x| of.partition_point(|&y| y <= x) as f64 / of.len() as f64;
    a.iter().chain(&b).map(|&x| (share(&a, x) - share(&b, x)).abs()).fold(0.0, f64::max)
}

#[test]
fn agrees_with_rand_distr() {
    const SAMPLES: usize = 20_000;
    fn check(ours: Distribution, theirs: impl rand_distr::Distribution<f64>) {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let sampler = Sampler::new(&ours);
        let a = (0..SAMPLES).map(|_| sampler.sample(rng.next_u64()) as f64 / 1e3).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let b = (0..SAMPLES).map(|_| theirs.sample(&mut rng).max(0.0)).collect();
        // Two equal distributions are farther apart than this once in a thousand times.
        let bound = 1.95 * (2.0 / SAMPLES as f64).sqrt();
        let distance = kolmogorov_smirnov(a, b);
        assert!(distance < bound, "{ours:?}: {distance} is not below {bound}");
    }
    check(
        Distribution::Normal { mean: us(700), stddev: us(500) },
        rand_distr::Normal::new(700.0, 500.0).unwrap(),
    );
    let sigma = libm::log(2000.0 / 300.0) / 2.326_347_874_040_841;
    check(
        Distribution::LogNormal { p50: us(300), p99: us(2_000) },
        rand_distr::LogNormal::new(libm::log(300.0), sigma).unwrap(),
    );
    check(Distribution::Exp { mean: us(2_000) }, rand_distr::Exp::new(1.0 / 2_000.0).unwrap());
    check(
        Distribution::Uniform { min: us(1_000), max: us(5_000) },
        rand_distr::Uniform::new(1_000.0, 5_000.0).unwrap(),
    );
    check(Distribution::Pareto { min: us(100), alpha: 1.5 }, rand_distr::Pareto::new(100.0, 1.5).unwrap());
}
