//! Named random streams.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::draws::keyed;

/// The generator of that name: ChaCha8, whose output is specified and portable. Two names have nothing in common.
pub fn stream(seed: u64, name: &str) -> ChaCha8Rng {
    let mut key = [0; 32];
    for (word, bytes) in key.chunks_exact_mut(8).enumerate() {
        bytes.copy_from_slice(&keyed(seed, word as u64).hash(name.as_bytes()).to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn streams_differ_by_name_and_seed_and_are_pinned() {
        let first = |seed, name| stream(seed, name).next_u64();
        assert_ne!(first(1, "load/a"), first(1, "load/b"));
        assert_ne!(first(1, "load/a"), first(2, "load/a"));
        // A change here changes every journal.
        assert_eq!(first(42, "load/shoppers"), 13_252_481_919_851_432_687);
    }
}
