//! Random bits and identities by keyed hashing (SipHash-1-3, a pseudo-random function with a published definition).

use siphasher::sip::SipHasher13;
use siphasher::sip128::{Hasher128, SipHasher13 as SipHasher13x128};

use super::RequestKey;
use crate::telemetry::{SpanId, TraceContext, TraceId};

/// What a draw is for; two purposes of the same request have nothing in common. Made once from a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose(u64);

impl Purpose {
    /// The purpose of that name, such as `fault/bad-deploy/0`.
    pub fn new(name: &str) -> Self {
        Self(keyed(0, 0x7075_7270_6f73_6521).hash(name.as_bytes()))
    }

    pub(super) fn to_le_bytes(self) -> [u8; 8] {
        self.0.to_le_bytes()
    }
}

/// The draws of one seed.
#[derive(Debug, Clone, Copy)]
pub struct Draws {
    seed: u64,
    hash: SipHasher13,
}

pub(super) fn keyed(seed: u64, domain: u64) -> SipHasher13 {
    SipHasher13::new_with_keys(seed, domain)
}

impl Draws {
    /// The draws of this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, hash: keyed(seed, 0x6472_6177_2f31_2e30) }
    }

    /// 64 random bits of one request for one purpose.
    pub fn draw(&self, key: RequestKey, purpose: Purpose) -> u64 {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&key.trace_id.0.to_le_bytes());
        bytes[16..24].copy_from_slice(&key.span_id.0.to_le_bytes());
        bytes[24..].copy_from_slice(&purpose.to_le_bytes());
        self.hash.hash(&bytes)
    }

    /// Whether a fault that hits this share of requests hits this one. The draw depends on neither the share nor on
    /// any other fault: raising the share only adds hits.
    pub fn decide(&self, key: RequestKey, fault: Purpose, share: f64) -> bool {
        // 53 bits: every such number is a float, so that the comparison is exact.
        ((self.draw(key, fault) >> 11) as f64) < share * (1u64 << 53) as f64
    }

    /// The trace of a load's arrival with this index; never zero.
    pub fn trace_id(&self, load: Purpose, index: u64) -> TraceId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&load.to_le_bytes());
        bytes[8..].copy_from_slice(&index.to_le_bytes());
        let mut hasher = SipHasher13x128::new_with_keys(self.seed, 0x7472_6163_652f_312e);
        std::hash::Hasher::write(&mut hasher, &bytes);
        TraceId(hasher.finish128().as_u128().max(1))
    }

    /// The span that a parent opens at one of its places, for one attempt; never zero. It does not depend on the seed,
    /// as the trace id does already.
    pub fn span_id(parent: TraceContext, site: Purpose, attempt: u32) -> SpanId {
        let mut bytes = [0; 36];
        bytes[..16].copy_from_slice(&parent.trace_id.0.to_le_bytes());
        bytes[16..24].copy_from_slice(&parent.span_id.0.to_le_bytes());
        bytes[24..32].copy_from_slice(&site.to_le_bytes());
        bytes[32..].copy_from_slice(&attempt.to_le_bytes());
        SpanId(keyed(0, 0x7370_616e_2f31_2e30).hash(&bytes).max(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(trace: u128, span: u64) -> RequestKey {
        RequestKey { trace_id: TraceId(trace), span_id: SpanId(span) }
    }

    proptest! {
        #[test]
        fn raising_the_share_only_adds_hits(seed: u64, trace: u128, span: u64, a in 0.0..=1.0f64, b in 0.0..=1.0f64) {
            let draws = Draws::new(seed);
            let fault = Purpose::new("fault/x/0");
            let (low, high) = (a.min(b), a.max(b));
            let hit = |share| draws.decide(key(trace, span), fault, share);
            prop_assert!(!hit(low) || hit(high));
            prop_assert!(hit(1.0) && !hit(0.0));
        }
    }

    #[test]
    fn the_share_is_kept() {
        let draws = Draws::new(42);
        let fault = Purpose::new("fault/bad-deploy/0");
        for share in [0.002, 0.05, 0.2, 0.9] {
            let hits = (0..100_000).filter(|&i| draws.decide(key(i, 7), fault, share)).count() as f64;
            // Four standard deviations of a binomial count.
            assert!(
                (hits - 1e5 * share).abs() < 4.0 * (1e5 * share * (1.0 - share)).sqrt(),
                "{share}: {hits}"
            );
        }
    }

    #[test]
    fn identities_are_pinned() {
        // A change here changes every journal, and the decisions on every request.
        let trace = Draws::new(42).trace_id(Purpose::new("load/shoppers"), 1);
        let root = TraceContext::root(trace);
        assert_eq!(trace.to_string(), "4783032b6b575f232aed9653815d6b9a");
        assert_eq!(Draws::span_id(root, Purpose::new("load"), 0).to_string(), "16811d3241986717");
    }
}
