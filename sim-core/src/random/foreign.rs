//! Keys for requests of callers that know nothing of us.

use std::collections::BTreeMap;

use super::draws::keyed;
use super::{Purpose, RequestKey};
use crate::telemetry::{SpanId, TraceId};

/// Gives keys to foreign requests. Their callers may send the same span id with every attempt, or none at all: what
/// tells them apart is (trace id, edge, method, path, ordinal), and whatever comes in between does not count.
#[derive(Debug, Clone, Default)]
pub struct ForeignKeys {
    /// How often each (trace id, edge, method, path) came, by its hash.
    counts: BTreeMap<u64, u64>,
}

impl ForeignKeys {
    /// The key of the next such request. Without a trace, `trace_id` is zero.
    pub fn next(&mut self, trace_id: TraceId, edge: Purpose, method: &str, path: &str) -> RequestKey {
        let mut bytes = trace_id.0.to_le_bytes().to_vec();
        bytes.extend(edge.to_le_bytes());
        // A method has no blank: the two cannot run into each other.
        bytes.extend([method.as_bytes(), b" ", path.as_bytes()].concat());
        let request = keyed(0, 0x666f_7265_6967_6e31).hash(&bytes);
        let count = self.counts.entry(request).or_default();
        let span_id = SpanId(keyed(request, 0x6f72_6469_6e61_6c31).hash(&count.to_le_bytes()).max(1));
        *count += 1;
        RequestKey { trace_id, span_id }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_part_and_every_repetition_makes_another_key() {
        let mut keys = ForeignKeys::default();
        let parts = [
            (1, "shop", "GET", "/a"),
            (2, "shop", "GET", "/a"),
            (1, "till", "GET", "/a"),
            (1, "shop", "PUT", "/a"),
            (1, "shop", "GET", "/b"),
            (1, "shop", "GET", "/a"),
        ];
        let all: BTreeSet<RequestKey> = parts
            .into_iter()
            .map(|(trace, edge, method, path)| keys.next(TraceId(trace), Purpose::new(edge), method, path))
            .collect();
        assert_eq!(all.len(), parts.len());
    }

    #[test]
    fn what_comes_in_between_changes_nothing() {
        let run = |others: u128| {
            let mut keys = ForeignKeys::default();
            let mut next = |trace| keys.next(TraceId(trace), Purpose::new("shop"), "GET", "/a");
            let own = |_| {
                (0..others).for_each(|n| {
                    next(100 + n);
                });
                next(7)
            };
            (0..3).map(own).collect::<Vec<_>>()
        };
        assert_eq!(run(0), run(5));
    }
}
