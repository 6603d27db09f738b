//! The recorder behind the `metrics` facade in the virtual world: exact, deterministic, with exemplars.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram};
use metrics::{Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::histogram::{BucketBounds, Buckets, Exemplar, canonical_bound, lock};

/// The name and labels of one series that a [`Registry`] exposes; histograms are several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesDescription {
    /// The metric's name, with `_bucket`, `_sum` or `_count` for parts of a histogram.
    pub name: String,
    /// Labels, in the order in which they were given.
    pub labels: Vec<(String, String)>,
    /// Whether it only grows.
    pub counter: bool,
}

/// Receives what a [`Registry`] exposes.
pub trait SampleSink {
    /// The value of the series with this index, which never changes its meaning.
    fn sample(&mut self, index: usize, value: f64);
    /// An exemplar of the bucket series with this index, new since the last time.
    fn exemplar(&mut self, index: usize, exemplar: Exemplar);
}

/// The metrics of one replica.
#[derive(Debug)]
pub struct Registry {
    bounds: BucketBounds,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    metrics: Vec<(Key, Metric)>,
    series: Vec<SeriesDescription>,
}

#[derive(Debug, Clone)]
enum Metric {
    Counter(Arc<Number>),
    Gauge(Arc<Number>),
    Histogram(Arc<Buckets>),
}

/// A counter (whole numbers) or a gauge (the bits of a float).
#[derive(Debug, Default)]
struct Number(AtomicU64);

impl CounterFn for Number {
    fn increment(&self, value: u64) {
        self.0.fetch_add(value, Relaxed);
    }

    fn absolute(&self, value: u64) {
        self.0.fetch_max(value, Relaxed);
    }
}

impl GaugeFn for Number {
    fn increment(&self, value: f64) {
        self.set(f64::from_bits(self.0.load(Relaxed)) + value);
    }

    fn decrement(&self, value: f64) {
        GaugeFn::increment(self, -value);
    }

    fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Relaxed);
    }
}

impl Registry {
    /// An empty registry whose histograms have these bounds.
    pub fn new(bounds: BucketBounds) -> Self {
        Self { bounds, state: Mutex::default() }
    }

    /// The series exposed so far from index `first` on, in the order of their indices.
    pub fn series_from(&self, first: usize) -> Vec<SeriesDescription> {
        lock(&self.state).series[first..].to_vec()
    }

    /// Exposes the present value of every series.
    pub fn collect(&self, sink: &mut impl SampleSink) {
        let mut index = 0;
        for (_, metric) in &lock(&self.state).metrics {
            match metric {
                Metric::Counter(number) => sink.sample(index, number.0.load(Relaxed) as f64),
                Metric::Gauge(number) => sink.sample(index, f64::from_bits(number.0.load(Relaxed))),
                Metric::Histogram(buckets) => {
                    buckets.collect(index, sink);
                    index += buckets.series() - 1;
                }
            }
            index += 1;
        }
    }

    /// Adds to every counter and histogram what it would have counted before its time: whole numbers by the index
    /// of the series, cumulative for buckets; a missing one is 0. Gauges stay.
    pub fn lift(&self, lifts: &[f64]) {
        let lift = |index: usize| lifts.get(index).copied().unwrap_or(0.0);
        let mut index = 0;
        for (_, metric) in &lock(&self.state).metrics {
            match metric {
                Metric::Gauge(_) => {}
                Metric::Counter(number) => {
                    number.0.fetch_add(lift(index) as u64, Relaxed);
                }
                Metric::Histogram(buckets) => {
                    buckets.lift(|offset| lift(index + offset));
                    index += buckets.series() - 1;
                }
            }
            index += 1;
        }
    }

    fn register(&self, key: &Key, new: impl FnOnce() -> Metric) -> Metric {
        let mut state = lock(&self.state);
        if let Some((_, metric)) = state.metrics.iter().find(|(known, _)| known == key) {
            return metric.clone();
        }
        let metric = new();
        match &metric {
            Metric::Counter(_) => state.describe(key, "", None, true),
            Metric::Gauge(_) => state.describe(key, "", None, false),
            Metric::Histogram(buckets) => {
                for &bound in buckets.bounds.iter().chain(&[f64::INFINITY]) {
                    state.describe(key, "_bucket", Some(canonical_bound(bound)), true);
                }
                state.describe(key, "_sum", None, true);
                state.describe(key, "_count", None, true);
            }
        }
        state.metrics.push((key.clone(), metric.clone()));
        metric
    }
}

impl State {
    fn describe(&mut self, key: &Key, suffix: &str, le: Option<String>, counter: bool) {
        let own = key.labels().map(|label| (label.key().to_owned(), label.value().to_owned()));
        let labels = own.chain(le.map(|bound| ("le".to_owned(), bound))).collect();
        self.series.push(SeriesDescription { name: format!("{}{suffix}", key.name()), labels, counter });
    }
}

impl Recorder for Registry {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        match self.register(key, || Metric::Counter(Arc::default())) {
            Metric::Counter(number) => Counter::from_arc(number),
            _ => Counter::noop(),
        }
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        match self.register(key, || Metric::Gauge(Arc::new(Number(AtomicU64::new(0f64.to_bits()))))) {
            Metric::Gauge(number) => Gauge::from_arc(number),
            _ => Gauge::noop(),
        }
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        match self.register(key, || Metric::Histogram(Arc::new(Buckets::new((self.bounds)(key.name()))))) {
            Metric::Histogram(buckets) => Histogram::from_arc(buckets),
            _ => Histogram::noop(),
        }
    }
}
