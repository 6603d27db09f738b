use proptest::prelude::*;
use sim_core::telemetry::{Exemplar, TraceId};

use super::codec::{Decoder, encode};
use super::*;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().copied().collect()
}

fn store_of(samples: &[Sample]) -> (Store, SeriesId) {
    let mut store = Store::new(StoreOptions::default());
    let id = store.resolve(&labels(&[(NAME, "m")]));
    samples.iter().for_each(|sample| store.append(id, sample.time_ms, sample.value).unwrap());
    (store, id)
}

/// Counters with resets, gauges, NaN and markers, at uneven times.
fn plausible() -> impl Strategy<Value = Vec<Sample>> {
    let value = prop_oneof![
        8 => (0u32..2_000).prop_map(f64::from),
        2 => -1e6..1e6f64,
        1 => Just(f64::NAN),
        1 => Just(STALE_NAN),
    ];
    prop::collection::vec((1i64..60_000, value), 1..700).prop_map(|steps| {
        let mut time_ms = 0;
        let sample = |(step, value)| {
            time_ms += step;
            Sample { time_ms, value }
        };
        steps.into_iter().map(sample).collect()
    })
}

/// The same to the last digit that adding in another order leaves.
fn assert_alike(fast: Option<Summary>, slow: Option<Summary>) {
    let (Some(fast), Some(slow)) = (fast, slow) else {
        assert_eq!(fast.is_some(), slow.is_some());
        return;
    };
    let near = |a: f64, b: f64| {
        let scale = a.abs().max(b.abs()).max(1.0);
        assert!(a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * scale, "{a} is not {b}");
    };
    let counts = |all: &Summary| (all.count, all.resets, all.changes, all.first.time_ms, all.last.time_ms);
    assert_eq!(counts(&fast), counts(&slow));
    near(fast.first.value, slow.first.value);
    near(fast.last.value, slow.last.value);
    near(fast.lost, slow.lost);
    near(fast.min, slow.min);
    near(fast.max, slow.max);
    near(fast.sum.value(), slow.sum.value());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_codec_gives_back_every_bit(samples in prop::collection::vec((any::<i64>(), any::<u64>()), 0..200)) {
        let samples: Vec<Sample> = samples
            .into_iter()
            .map(|(time_ms, bits)| Sample { time_ms, value: f64::from_bits(bits) })
            .collect();
        let bits = |sample: Sample| (sample.time_ms, sample.value.to_bits());
        let decoded = Decoder::new(&encode(&samples), samples.len()).map(bits).collect::<Vec<_>>();
        prop_assert_eq!(decoded, samples.into_iter().map(bits).collect::<Vec<_>>());
    }

    #[test]
    fn a_window_is_what_its_samples_are(samples in plausible(), from in 0.0..1.0f64, to in 0.0..1.0f64) {
        let (store, id) = store_of(&samples);
        let end = samples.last().unwrap().time_ms as f64;
        let (after_ms, to_ms) = ((end * from) as i64, (end * to) as i64);
        let within = |sample: &&Sample| sample.time_ms > after_ms && sample.time_ms <= to_ms;
        let expected: Vec<Sample> = samples.iter().filter(within).copied().collect();
        let got: Vec<Sample> = store.samples(id, after_ms, to_ms).collect();
        let bits = |all: &[Sample]| all.iter().map(|one| (one.time_ms, one.value.to_bits())).collect::<Vec<_>>();
        prop_assert_eq!(bits(&got), bits(&expected));
        let real: Vec<f64> = expected.iter().map(|one| one.value).filter(|&value| !is_stale(value)).collect();
        let lost: f64 = real.windows(2).filter(|pair| pair[1] < pair[0]).map(|pair| pair[0]).sum();
        let summary = store.summary(id, after_ms, to_ms);
        prop_assert!((summary.map_or(0.0, |all| all.lost) - lost).abs() <= 1e-9 * lost.abs().max(1.0));
        assert_alike(summary, Summary::of_all(expected));
        let latest = samples.iter().rfind(|sample| sample.time_ms <= to_ms);
        let (found, latest) = (store.latest(id, to_ms), latest.copied());
        prop_assert_eq!(bits(found.as_slice()), bits(latest.as_slice()));
    }

    #[test]
    fn a_line_is_its_samples(
        step_ms in 1i64..60_000,
        count in 1u64..400,
        ends in prop_oneof![Just((5.0, 5.0)), (0.0..1e3f64, 0.0..1e6f64), Just((f64::INFINITY, f64::INFINITY))],
        from in 0.0..1.2f64,
        to in 0.0..1.2f64,
    ) {
        let mut store = Store::new(StoreOptions::default());
        let id = store.resolve(&labels(&[(NAME, "m")]));
        store.append(id, -1, 3.0).unwrap();
        store.append_line(id, 0, step_ms, count, ends.0, ends.1).unwrap();
        store.append(id, step_ms * count as i64, 7.0).unwrap();
        prop_assert_eq!(store.sample_count(), count + 2);
        let explicit: Vec<Sample> = store.samples(id, i64::MIN, i64::MAX).collect();
        prop_assert_eq!(explicit.len() as u64, count + 2);
        prop_assert_eq!(explicit[1], Sample { time_ms: 0, value: ends.0 });
        let end = (step_ms * count as i64) as f64;
        let (after_ms, to_ms) = ((end * from) as i64 - 2, (end * to) as i64);
        let within = |sample: &Sample| sample.time_ms > after_ms && sample.time_ms <= to_ms;
        let expected: Vec<Sample> = explicit.into_iter().filter(within).collect();
        assert_alike(store.summary(id, after_ms, to_ms), Summary::of_all(expected));
    }
}

#[test]
fn a_marker_at_the_end_of_a_chunk_is_seen() {
    for real in 100..140 {
        let mut samples: Vec<Sample> = (0..real).map(|n| Sample { time_ms: n, value: 1.0 }).collect();
        samples.push(Sample { time_ms: real, value: STALE_NAN });
        let (store, id) = store_of(&samples);
        assert!(store.latest(id, 1_000).is_some_and(|latest| is_stale(latest.value)), "after {real} samples");
    }
}

#[test]
fn a_steady_counter_takes_few_bytes() {
    let samples = (0..12_000).map(|n| Sample { time_ms: n * 15_000, value: (n * 30) as f64 });
    let (store, _) = store_of(&samples.collect::<Vec<_>>());
    let bytes = store.memory_bytes() as f64 / store.sample_count() as f64;
    assert!(bytes < 5.0, "{bytes} bytes a sample");
}

#[test]
fn late_and_contradicting_samples_are_refused() {
    let (mut store, id) = store_of(&[Sample { time_ms: 1_000, value: 1.0 }]);
    assert_eq!(store.append(id, 999, 1.0), Err(AppendError::OutOfOrder { time_ms: 999, newest_ms: 1_000 }));
    assert_eq!(store.append(id, 1_000, 2.0), Err(AppendError::Duplicate { time_ms: 1_000 }));
    assert_eq!(store.append(id, 1_000, 1.0), Ok(()));
    assert!(store.append_line(id, 1_000, 1, 5, 0.0, 1.0).is_err());
    assert_eq!(store.append_line(id, 2_000, 1, 5, 0.0, f64::NAN), Err(AppendError::InvalidLine));
    assert_eq!(store.append_line(id, 2_000, 1, 0, 0.0, 1.0), Err(AppendError::InvalidLine));
    let far = store.append(id, i64::MAX, 1.0);
    assert_eq!(far, Err(AppendError::OutOfBounds { time_ms: i64::MAX }));
    assert_eq!(store.append_line(id, 2_000, i64::MAX / 2, 3, 0.0, 1.0), Err(AppendError::InvalidLine));
    assert_eq!(store.sample_count(), 1);
}

#[test]
fn selections_are_in_the_order_of_labels() {
    let mut store = Store::new(StoreOptions::default());
    for (name, zone) in [("b", "2"), ("a", "2"), ("b", "1"), ("a", ""), ("c", "1")] {
        let id = store.resolve(&labels(&[(NAME, name), ("zone", zone)]));
        store.append(id, 0, 0.0).unwrap();
    }
    let unused = store.resolve(&labels(&[(NAME, "d")]));
    let select = |matchers: &[(&str, MatchOp, &str)]| -> Vec<String> {
        let matchers = matchers.iter().map(|&(name, op, value)| Matcher::new(name, op, value).unwrap());
        let found = store.select(&matchers.collect::<Vec<_>>());
        found.into_iter().map(|id| store.labels(id).to_string()).collect()
    };
    let all = [r#"a"#, r#"a{zone="2"}"#, r#"b{zone="1"}"#, r#"b{zone="2"}"#, r#"c{zone="1"}"#];
    assert_eq!(select(&[]), all);
    assert_eq!(select(&[("zone", MatchOp::Equal, "1")]), [all[2], all[4]]);
    assert_eq!(select(&[("zone", MatchOp::Equal, "")]), all[..1]);
    assert_eq!(select(&[("zone", MatchOp::NotEqual, "2")]), [all[0], all[2], all[4]]);
    assert_eq!(select(&[(NAME, MatchOp::Regex, "a|b"), ("zone", MatchOp::NotRegex, "")]), all[1..4]);
    assert_eq!(select(&[(NAME, MatchOp::Equal, "a"), ("zone", MatchOp::Regex, ".")]), all[1..2]);
    assert_eq!(select(&[(NAME, MatchOp::Regex, "^")]), Vec::<String>::new());
    assert_eq!(store.label_values("zone").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(store.labels(unused).name(), "d");
}

#[test]
fn retention_drops_old_chunks_and_series_without_samples() {
    let mut store = Store::new(StoreOptions { retention_ms: Some(60_000) });
    let old = store.resolve(&labels(&[(NAME, "old")]));
    let new = store.resolve(&labels(&[(NAME, "new")]));
    store.append(old, 0, 1.0).unwrap();
    for n in 0..1_000 {
        store.append(new, n * 1_000, n as f64).unwrap();
    }
    assert_eq!(store.series_count(), 1);
    assert!((60..400).contains(&store.sample_count()), "{} samples", store.sample_count());
    assert_eq!(store.samples(new, 900_000, i64::MAX).count(), 99);
    assert_eq!(store.labels(old).name(), "old");
    store.append(old, 1_000_000, 2.0).unwrap();
    assert_eq!(store.series_count(), 2);
    assert_eq!(store.resolve(&labels(&[(NAME, "old")])), old);
}

#[test]
fn the_newest_exemplars_are_kept() {
    let (mut store, id) = store_of(&[]);
    for n in 0..1_000 {
        store.add_exemplar(id, Exemplar { trace_id: TraceId(n), value: 0.0, time_ns: n as i64 });
    }
    let kept: Vec<u128> = store.exemplars(id).map(|exemplar| exemplar.trace_id.0).collect();
    assert_eq!((kept.len(), kept[0], kept[63]), (64, 936, 999));
}
