//! The recorder behind the `metrics` facade in the virtual world: exact, deterministic, with exemplars.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn};
use metrics::{Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::TraceId;

thread_local! {
    /// Whose measurements are being taken. The facade has no parameter for it.
    static CURRENT: Cell<(TraceId, i64)> = const { Cell::new((TraceId(0), 0)) };
}

/// A measurement with the trace it came from, as OpenMetrics exposes it beside a bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exemplar {
    /// The trace.
    pub trace_id: TraceId,
    /// The measured value.
    pub value: f64,
    /// When, nanoseconds since the Unix epoch.
    pub time_ns: i64,
}

impl Exemplar {
    /// Names the trace that measurements on this thread belong to from now on.
    pub fn set_current(trace_id: TraceId, time_ns: i64) {
        CURRENT.set((trace_id, time_ns));
    }
}

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
    bounds: Arc<[f64]>,
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

#[derive(Debug)]
struct Buckets {
    bounds: Arc<[f64]>,
    /// One per bound and one for `+Inf`; not cumulative.
    counts: Vec<AtomicU64>,
    sum: AtomicU64,
    exemplars: Mutex<Vec<Option<Exemplar>>>,
    /// Bit i: bucket i has an exemplar that was not exposed yet.
    fresh: AtomicU64,
}

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

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        let index = self.bounds.partition_point(|&bound| bound < value);
        self.counts[index].fetch_add(1, Relaxed);
        self.sum.store((f64::from_bits(self.sum.load(Relaxed)) + value).to_bits(), Relaxed);
        let bit = 1u64 << index.min(63);
        if self.fresh.load(Relaxed) & bit == 0 {
            let (trace_id, time_ns) = CURRENT.get();
            if trace_id != TraceId::default() {
                lock(&self.exemplars)[index] = Some(Exemplar { trace_id, value, time_ns });
                self.fresh.fetch_or(bit, Relaxed);
            }
        }
    }
}

impl Registry {
    /// An empty registry; every histogram has these bucket bounds (ascending, at most 63; `+Inf` is added).
    pub fn new(bounds: &[f64]) -> Self {
        assert!(bounds.len() < 64, "at most 63 bucket bounds");
        Self { bounds: bounds.into(), state: Mutex::default() }
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
                    index += buckets.counts.len() + 1;
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
                    index += buckets.counts.len() + 1;
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
                for bound in buckets.bounds.iter() {
                    state.describe(key, "_bucket", Some(bound.to_string()), true);
                }
                state.describe(key, "_bucket", Some("+Inf".into()), true);
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

impl Buckets {
    fn new(bounds: Arc<[f64]>) -> Self {
        let buckets = bounds.len() + 1;
        Self {
            bounds,
            counts: (0..buckets).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0f64.to_bits()),
            exemplars: Mutex::new(vec![None; buckets]),
            fresh: AtomicU64::new(0),
        }
    }

    /// `cumulative` says by how much each series of the histogram is lifted; each bucket gets its own share.
    fn lift(&self, cumulative: impl Fn(usize) -> f64) {
        let mut below = 0.0;
        for (offset, count) in self.counts.iter().enumerate() {
            let share = (cumulative(offset) - below) as i64;
            count.store(count.load(Relaxed).saturating_add_signed(share), Relaxed);
            below = cumulative(offset);
        }
        let sum = f64::from_bits(self.sum.load(Relaxed)) + cumulative(self.counts.len());
        self.sum.store(sum.to_bits(), Relaxed);
    }

    fn collect(&self, first: usize, sink: &mut impl SampleSink) {
        let mut cumulative = 0;
        for (offset, count) in self.counts.iter().enumerate() {
            cumulative += count.load(Relaxed);
            sink.sample(first + offset, cumulative as f64);
        }
        let after = first + self.counts.len();
        sink.sample(after, f64::from_bits(self.sum.load(Relaxed)));
        sink.sample(after + 1, cumulative as f64);
        let fresh = self.fresh.swap(0, Relaxed);
        if fresh != 0 {
            for (offset, exemplar) in lock(&self.exemplars).iter().enumerate() {
                if let Some(exemplar) = exemplar.filter(|_| fresh & (1 << offset) != 0) {
                    sink.exemplar(first + offset, exemplar);
                }
            }
        }
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
        match self.register(key, || Metric::Histogram(Arc::new(Buckets::new(self.bounds.clone())))) {
            Metric::Histogram(buckets) => Histogram::from_arc(buckets),
            _ => Histogram::noop(),
        }
    }
}

/// A panic while a lock was held leaves plain numbers behind, never a broken invariant.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
