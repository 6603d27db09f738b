//! The registry behind the `metrics` facade, seen through what it exposes.

use metrics::{Key, Label, Level, Metadata, Recorder};
use proptest::prelude::*;
use sim_core::telemetry::{Exemplar, Registry, SampleSink, TraceId, canonical_bound};

const METADATA: Metadata<'static> = Metadata::new("test", Level::INFO, None);

/// What one scrape saw, by index.
#[derive(Default)]
struct Scrape {
    samples: Vec<f64>,
    exemplars: Vec<(usize, Exemplar)>,
}

impl SampleSink for Scrape {
    fn sample(&mut self, index: usize, value: f64) {
        assert_eq!(index, self.samples.len(), "every series in its turn");
        self.samples.push(value);
    }

    fn exemplar(&mut self, index: usize, exemplar: Exemplar) {
        self.exemplars.push((index, exemplar));
    }
}

fn scrape(registry: &Registry) -> Scrape {
    let mut scrape = Scrape::default();
    registry.collect(&mut scrape);
    assert_eq!(scrape.samples.len(), registry.series_from(0).len(), "each has a description");
    scrape
}

fn bounds(metric: &str) -> &'static [f64] {
    match metric {
        "query_seconds" => &[0.001, 1.0],
        _ => &[0.005, 0.5, 10.0],
    }
}

fn key(name: &'static str, labels: &[(&'static str, &'static str)]) -> Key {
    Key::from_parts(name, labels.iter().map(|&(name, value)| Label::new(name, value)).collect::<Vec<_>>())
}

/// The value of `le` of every bucket of a histogram.
fn les(registry: &Registry, bucket: &str) -> Vec<String> {
    let series = registry.series_from(0).into_iter().filter(|series| series.name == bucket);
    series
        .filter_map(|series| series.labels.into_iter().find(|(name, _)| name == "le"))
        .map(|le| le.1)
        .collect()
}

#[test]
fn each_histogram_has_the_bounds_of_its_name() {
    let registry = Registry::new(bounds);
    let _ = registry.register_histogram(&key("query_seconds", &[]), &METADATA);
    let _ = registry.register_histogram(&key("request_seconds", &[]), &METADATA);
    assert_eq!(les(&registry, "query_seconds_bucket"), ["0.001", "1.0", "+Inf"]);
    assert_eq!(les(&registry, "request_seconds_bucket"), ["0.005", "0.5", "10.0", "+Inf"]);
}

#[test]
fn a_value_on_a_bound_lies_below_it() {
    let registry = Registry::new(bounds);
    let seconds = registry.register_histogram(&key("request_seconds", &[]), &METADATA);
    [0.005, 0.0051, 0.5, 10.0, 11.0].iter().for_each(|&value| seconds.record(value));
    assert_eq!(scrape(&registry).samples, [1.0, 3.0, 4.0, 5.0, 21.5101, 5.0]);
}

#[test]
fn bounds_are_written_as_openmetrics_has_them() {
    // Powers of ten and others, as Go's `%g` has them with `.0` where neither a point nor a power is.
    for (bound, text) in [
        (1e-10, "1e-10"),
        (1.5e-5, "1.5e-05"),
        (0.0001, "0.0001"),
        (0.005, "0.005"),
        (0.0, "0.0"),
        (1.0, "1.0"),
        (2.5, "2.5"),
        (10.0, "10.0"),
        (-2.0, "-2.0"),
        (100_000.0, "100000.0"),
        (1_000_000.0, "1e+06"),
        (1_234_567.0, "1.234567e+06"),
        (1e100, "1e+100"),
        (f64::INFINITY, "+Inf"),
        (f64::NEG_INFINITY, "-Inf"),
        (f64::NAN, "NaN"),
    ] {
        assert_eq!(canonical_bound(bound), text);
    }
}

#[test]
fn the_same_key_is_the_same_metric_and_other_labels_are_another() {
    let registry = Registry::new(bounds);
    let counter = |labels: &[_]| registry.register_counter(&key("requests_total", labels), &METADATA);
    counter(&[("code", "200")]).increment(1);
    counter(&[("code", "503")]).increment(10);
    counter(&[("code", "200")]).increment(2);
    registry.register_gauge(&key("depth", &[("code", "200")]), &METADATA).set(-1.5);
    assert_eq!(scrape(&registry).samples, [3.0, 10.0, -1.5]);
    let named: Vec<_> = registry
        .series_from(1)
        .into_iter()
        .map(|series| (series.name, series.labels, series.counter))
        .collect();
    let code = |value: &str| vec![("code".to_owned(), value.to_owned())];
    assert_eq!(named, [("requests_total".into(), code("503"), true), ("depth".into(), code("200"), false)]);
}

#[test]
fn a_key_keeps_its_kind() {
    let registry = Registry::new(bounds);
    registry.register_counter(&key("requests_total", &[]), &METADATA).increment(1);
    registry.register_gauge(&key("requests_total", &[]), &METADATA).set(7.0);
    registry.register_histogram(&key("requests_total", &[]), &METADATA).record(7.0);
    assert_eq!(scrape(&registry).samples, [1.0]);
}

#[test]
fn an_exemplar_is_exposed_once_and_is_the_first_of_its_bucket() {
    let registry = Registry::new(bounds);
    let counter = registry.register_counter(&key("requests_total", &[]), &METADATA);
    let seconds = registry.register_histogram(&key("request_seconds", &[]), &METADATA);
    let record = |trace, value| {
        Exemplar::set_current(TraceId(trace), 9);
        seconds.record(value);
    };
    counter.increment(1);
    record(0, 0.3); // Without a trace there is none.
    record(1, 0.2);
    record(2, 0.4);
    record(3, 99.0);
    let exemplar = |trace, value| Exemplar { trace_id: TraceId(trace), value, time_ns: 9 };
    // After the counter come the buckets 0.005, 0.5, 10.0 and +Inf.
    assert_eq!(scrape(&registry).exemplars, [(2, exemplar(1, 0.2)), (4, exemplar(3, 99.0))]);
    assert_eq!(scrape(&registry).exemplars, []);
    record(4, 0.1);
    assert_eq!(scrape(&registry).exemplars, [(2, exemplar(4, 0.1))]);
}

#[test]
fn a_histogram_may_have_more_buckets_than_a_word_has_bits() {
    const MANY: [f64; 80] = {
        let mut bounds = [0.0; 80];
        let mut index = 0;
        while index < bounds.len() {
            bounds[index] = index as f64;
            index += 1;
        }
        bounds
    };
    let registry = Registry::new(|_| &MANY);
    let seconds = registry.register_histogram(&key("request_seconds", &[]), &METADATA);
    Exemplar::set_current(TraceId(1), 0);
    [70.0, 75.0].iter().for_each(|&value| seconds.record(value));
    let seen = scrape(&registry);
    assert_eq!([69, 70, 74, 75, 80].map(|index| seen.samples[index]), [0.0, 1.0, 1.0, 2.0, 2.0]);
    let places = |scrape: Scrape| scrape.exemplars.iter().map(|(index, _)| *index).collect::<Vec<_>>();
    assert_eq!(places(seen), [70]);
    seconds.record(75.0);
    assert_eq!(places(scrape(&registry)), [75]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A history as a warm-up gives it: more in every bucket than in the one below, and the same in `+Inf` and `_count`.
    #[test]
    fn lifting_adds_what_was_before_and_keeps_buckets_cumulative(
        before in prop::collection::vec(0.0..100.0f64, 0..40),
        after in prop::collection::vec(0.0..100.0f64, 0..40),
        below in [0..1000u32, 0..1000u32, 0..1000u32, 0..1000u32],
    ) {
        let registry = Registry::new(bounds);
        let gauge = registry.register_gauge(&key("depth", &[]), &METADATA);
        let seconds = registry.register_histogram(&key("request_seconds", &[]), &METADATA);
        let counter = registry.register_counter(&key("requests_total", &[]), &METADATA);
        Exemplar::set_current(TraceId(0), 0);
        gauge.set(0.5);
        before.iter().for_each(|&value| seconds.record(value));
        let plain = scrape(&registry).samples;
        let cumulative = below.iter().scan(0.0, |sum, &count| { *sum += f64::from(count); Some(*sum) });
        let cumulative: Vec<f64> = cumulative.collect();
        let lifts = [&[0.0], &cumulative[..], &[77.0, cumulative[3], 5.0]].concat();
        registry.lift(&lifts);
        let lifted = scrape(&registry).samples;
        for (index, lift) in lifts.iter().enumerate() {
            prop_assert!((lifted[index] - plain[index] - lift).abs() < 1e-9, "series {index}");
        }
        after.iter().for_each(|&value| seconds.record(value));
        counter.increment(after.len() as u64);
        let samples = scrape(&registry).samples;
        prop_assert!(samples[1..5].is_sorted());
        prop_assert_eq!(samples[4], samples[6], "+Inf and _count");
        prop_assert_eq!(samples[6], cumulative[3] + (before.len() + after.len()) as f64);
        prop_assert_eq!((samples[0], samples[7]), (0.5, 5.0 + after.len() as f64));
    }
}

#[test]
fn a_series_that_came_later_is_not_lifted() {
    let registry = Registry::new(bounds);
    registry.register_counter(&key("requests_total", &[]), &METADATA).increment(1);
    registry.register_histogram(&key("request_seconds", &[]), &METADATA).record(0.1);
    registry.lift(&[5.0]);
    assert_eq!(scrape(&registry).samples, [6.0, 0.0, 1.0, 1.0, 1.0, 0.1, 1.0]);
}
