//! Effects of several workers are one effect.

use proptest::prelude::*;
use sim_core::effect::{Effect, Hit};
use sim_core::random::RequestKey;
use sim_core::telemetry::{SpanId, TraceId};

/// One request that a worker met: its key, and when and by which actions it was hit, if it was.
type Met = (u8, Option<(i64, u64)>);

fn effect(met: &[Met]) -> Effect {
    let key = |id: u8| RequestKey { trace_id: TraceId(u128::from(id / 2)), span_id: SpanId(u64::from(id)) };
    let mut effect = Effect { seen: 2 * met.len() as u64, matched: met.len() as u64, ..Effect::default() };
    for &(id, hit) in met {
        let RequestKey { trace_id, span_id } = key(id);
        match hit {
            Some((time_ns, actions)) => effect.hits.push(Hit { time_ns, trace_id, span_id, actions }),
            None => effect.spared.push(key(id)),
        }
    }
    effect
}

fn parts() -> impl Strategy<Value = Vec<Vec<Met>>> {
    let hit = prop::option::of((0_i64..5, 1_u64..4));
    prop::collection::vec(prop::collection::vec((any::<u8>(), hit), 0..12), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn neither_order_nor_grouping_shows(parts in parts(), split in 0_usize..5) {
        let effects: Vec<Effect> = parts.iter().map(|met| effect(met)).collect();
        let whole = Effect::merge(effects.clone());
        prop_assert_eq!(&Effect::merge(effects.iter().rev().cloned()), &whole);
        let (left, right) = effects.split_at(split.min(effects.len()));
        let halves = [Effect::merge(left.to_vec()), Effect::merge(right.to_vec())];
        prop_assert_eq!(&Effect::merge(halves), &whole);
        let count = parts.iter().map(Vec::len).sum::<usize>() as u64;
        prop_assert_eq!((whole.matched, whole.seen), (count, 2 * count));
        prop_assert!(whole.hits.is_sorted_by_key(|hit| (hit.time_ns, hit.key())));
        prop_assert!(whole.hits.iter().all(|hit| !whole.spared.contains(&hit.key())));
        let known = |id: &u8| {
            let span = SpanId(u64::from(*id));
            whole.hits.iter().any(|hit| hit.span_id == span) || whole.spared.iter().any(|key| key.span_id == span)
        };
        prop_assert!(parts.iter().flatten().all(|(id, _)| known(id)));
    }
}
