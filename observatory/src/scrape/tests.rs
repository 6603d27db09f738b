use metrics::{Key, Label, Level, Metadata, Recorder};
use sim_core::telemetry::Registry;

use super::Scraper;
use crate::promql::{Options, Query, Value};
use crate::series::{Store, StoreOptions, is_stale};

const METADATA: Metadata<'static> = Metadata::new("test", Level::INFO, None);
const INTERVAL_MS: i64 = 15_000;
const START_MS: i64 = 4 * 86_400_000;

fn key(name: &'static str) -> Key {
    Key::from_parts(name, vec![Label::new("job", "mine")])
}

fn value(store: &Store, query: &str, time_ms: i64) -> Option<f64> {
    match Query::parse(query).unwrap().instant(store, &Options::default(), time_ms).unwrap() {
        Value::Vector(vector) => vector.first().map(|element| element.value),
        other => panic!("{query} is a {}", other.kind()),
    }
}

#[test]
fn a_target_gets_its_labels_and_its_own_make_way() {
    let (registry, mut store) = (Registry::new(|_| &[0.1]), Store::new(StoreOptions::default()));
    registry.register_counter(&key("requests_total"), &METADATA).increment(3);
    let mut scraper = Scraper::new("shop", "a:80");
    scraper.scrape(&registry, &mut store, 1_000);
    assert_eq!(
        value(&store, r#"requests_total{job="shop",instance="a:80",exported_job="mine"}"#, 1_000),
        Some(3.0)
    );
    assert_eq!(value(&store, r#"up{job="shop",instance="a:80"}"#, 1_000), Some(1.0));
}

#[test]
fn a_missed_scrape_ends_every_series_once() {
    let (registry, mut store) = (Registry::new(|_| &[0.1]), Store::new(StoreOptions::default()));
    registry.register_gauge(&key("depth"), &METADATA).set(7.0);
    let mut scraper = Scraper::new("shop", "a:80");
    scraper.scrape(&registry, &mut store, 1_000);
    scraper.miss(&mut store, 2_000);
    scraper.miss(&mut store, 3_000);
    assert_eq!(value(&store, "depth", 2_500), None);
    assert_eq!(value(&store, "up", 3_000), Some(0.0));
    scraper.scrape(&registry, &mut store, 4_000);
    assert_eq!(value(&store, "depth", 4_000), Some(7.0));
    let id = store.select(&Query::parse("depth").unwrap().selectors()[0].matchers)[0];
    assert_eq!(store.samples(id, 0, 9_000).filter(|sample| is_stale(sample.value)).count(), 1);
    assert_eq!(scraper.refused(), 0);
}

/// Ten minutes of warm-up, `per_scrape` at a time, then live scrapes; the live metrics are lifted in between.
fn flown(per_scrape: u64) -> (Store, Scraper) {
    let (registry, mut store) = (Registry::new(|_| &[0.1, 0.5]), Store::new(StoreOptions::default()));
    let counter = registry.register_counter(&key("requests_total"), &METADATA);
    let histogram = registry.register_histogram(&key("seconds"), &METADATA);
    let mut scraper = Scraper::new("shop", "a:80");
    for tick in -40..40 {
        counter.increment(per_scrape);
        (0..per_scrape).for_each(|n| histogram.record([0.05, 0.3, 2.0][n as usize % 3]));
        let time_ms = START_MS + tick * INTERVAL_MS;
        if tick < 0 {
            scraper.warm_up(&registry, time_ms);
            continue;
        }
        if tick == 0 {
            let from_ms = START_MS - 3 * 86_400_000;
            let settled = scraper.settle(&registry, &mut store, from_ms, INTERVAL_MS).unwrap();
            assert_eq!(settled.extended, 6);
            assert!(settled.lifts.iter().all(|lift| lift.fract() == 0.0 && *lift > 0.0));
            registry.lift(&settled.lifts);
        }
        scraper.scrape(&registry, &mut store, time_ms);
    }
    (store, scraper)
}

#[test]
fn the_history_goes_on_at_the_pace_of_the_warm_up_without_a_seam() {
    let (store, scraper) = flown(6);
    assert_eq!(scraper.refused(), 0);
    let end_ms = START_MS + 39 * INTERVAL_MS;
    for query in ["rate(requests_total[2d])", "rate(seconds_count[2d])"] {
        let rate = value(&store, query, end_ms).unwrap();
        assert!((rate - 0.4).abs() < 1e-9, "{query} is {rate}");
    }
    for minute in -30..10 {
        let rate = value(&store, "rate(requests_total[2m])", START_MS + minute * 60_000).unwrap();
        assert!((rate - 0.4).abs() < 1e-9, "minute {minute}: {rate}");
    }
    assert_eq!(value(&store, "resets(seconds_sum[2d])", end_ms), Some(0.0));
}

#[test]
fn lifted_histograms_stay_consistent() {
    let (store, _) = flown(7);
    for tick in -100..40 {
        let time_ms = START_MS + tick * INTERVAL_MS;
        let count = value(&store, "seconds_count", time_ms).unwrap();
        assert_eq!(value(&store, r#"seconds_bucket{le="+Inf"}"#, time_ms), Some(count));
        let bucket = |le: &str| value(&store, &format!("seconds_bucket{{le=\"{le}\"}}"), time_ms).unwrap();
        assert!(bucket("0.1") <= bucket("0.5") && bucket("0.5") <= count, "at tick {tick}");
    }
}

/// One error, seen in the last two of forty scrapes: one in the whole warm-up, not one in fifteen seconds.
#[test]
fn a_counter_that_appears_late_goes_back_at_the_pace_of_the_whole_warm_up() {
    let (registry, mut store) = (Registry::new(|_| &[0.1]), Store::new(StoreOptions::default()));
    registry.register_counter(&key("requests_total"), &METADATA).increment(1);
    let mut scraper = Scraper::new("shop", "a:80");
    for tick in -40..0 {
        if tick == -2 {
            registry.register_counter(&key("errors_total"), &METADATA).increment(1);
        }
        scraper.warm_up(&registry, START_MS + tick * INTERVAL_MS);
    }
    let history_ms = 3 * 86_400_000;
    let settled = scraper.settle(&registry, &mut store, START_MS - history_ms, INTERVAL_MS).unwrap();
    let warm_up_ms = 39 * INTERVAL_MS;
    let phantoms = settled.lifts[1];
    assert!((phantoms - history_ms as f64 / warm_up_ms as f64).abs() < 2.0, "{phantoms} before the warm-up");
    let end_ms = START_MS - INTERVAL_MS;
    let rate = value(&store, "rate(errors_total[2d])", end_ms).unwrap() * warm_up_ms as f64 / 1000.0;
    assert!((rate - 1.0).abs() < 0.01, "{rate} errors in the time of a warm-up");
    assert_eq!(value(&store, "resets(errors_total[2d])", end_ms), Some(0.0));
    let seam = value(&store, "increase(errors_total[1m])", end_ms).unwrap();
    assert!(seam < 0.2, "{seam} errors where the history meets the first real sample");
}
