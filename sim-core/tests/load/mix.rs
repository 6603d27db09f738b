use proptest::prelude::*;
use sim_core::load::{Mix, MixError};

proptest! {
    #[test]
    fn every_endpoint_gets_its_share(shares in prop::collection::vec(0.0..1.0f64, 1..8)) {
        let total: f64 = shares.iter().sum();
        prop_assume!(total > 0.0);
        let mix = Mix::new(&shares.iter().copied().enumerate().collect::<Vec<_>>()).unwrap();
        // Evenly spaced draws: each count is exact but for the one draw at either border.
        const DRAWS: u64 = 1 << 12;
        let mut counts = vec![0.0; shares.len()];
        (0..DRAWS).for_each(|draw| counts[mix.choose(draw << 52)] += 1.0);
        for (count, share) in counts.iter().zip(&shares) {
            prop_assert!((count - share / total * DRAWS as f64).abs() <= 1.0);
        }
    }
}

#[test]
fn borders_are_exact() {
    let mix = Mix::new(&[(7, 0.25), (8, 0.0), (3, 0.5), (5, 0.25), (6, 0.0)]).unwrap();
    let quarter = 1 << 62;
    let draws = [0, quarter - 1, quarter, 3 * quarter - 1, 3 * quarter, u64::MAX];
    assert_eq!(draws.map(|draw| mix.choose(draw)), [7, 7, 3, 3, 5, 5]);
}

#[test]
fn a_mix_of_nothing_is_an_error() {
    assert_eq!(Mix::new(&[]), Err(MixError::Empty));
    assert_eq!(Mix::new(&[(0, 0.0)]), Err(MixError::Empty));
    assert_eq!(Mix::new(&[(0, 1.0), (1, -0.5)]), Err(MixError::Share { endpoint: 1, share: -0.5 }));
    assert!(matches!(Mix::new(&[(4, f64::NAN)]), Err(MixError::Share { endpoint: 4, .. })));
}
