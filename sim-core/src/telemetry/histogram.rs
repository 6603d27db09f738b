//! Histograms with fixed buckets, and an exemplar beside each bucket.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use metrics::HistogramFn;

use super::TraceId;
use super::metrics::SampleSink;

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

/// Says which bucket bounds the histogram of a name has: ascending, without `+Inf`, which every histogram has.
pub type BucketBounds = fn(&str) -> &'static [f64];

/// A bucket's bound as its label `le` says it: `0.005`, `1.0`, `1e+06`, `+Inf`. OpenMetrics asks for this form
/// (<https://prometheus.io/docs/specs/om/open_metrics_spec/>, "Canonical Numbers"), and Prometheus 3 brings bounds into
/// it whatever the target wrote.
pub fn canonical_bound(bound: f64) -> String {
    if bound.is_infinite() {
        return if bound > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let scientific = format!("{bound:e}");
    match scientific.split_once('e').and_then(|(digits, power)| Some((digits, power.parse::<i32>().ok()?))) {
        Some((digits, power)) if !(-4..6).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.abs())
        }
        _ => format!("{bound:?}"),
    }
}

#[derive(Debug)]
pub(super) struct Buckets {
    pub(super) bounds: &'static [f64],
    /// One per bound and one for `+Inf`; not cumulative.
    counts: Vec<AtomicU64>,
    sum: AtomicU64,
    /// The first of each bucket since the last time they were exposed.
    exemplars: Mutex<Vec<Option<Exemplar>>>,
    /// Bit i: bucket i has its exemplar. From bit 63 on, buckets share one.
    exemplified: AtomicU64,
}

impl Buckets {
    pub(super) fn new(bounds: &'static [f64]) -> Self {
        let buckets = bounds.len() + 1;
        Self {
            bounds,
            counts: (0..buckets).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0f64.to_bits()),
            exemplars: Mutex::new(vec![None; buckets]),
            exemplified: AtomicU64::new(0),
        }
    }

    /// How many series it is: one for each bucket, `_sum` and `_count`.
    pub(super) fn series(&self) -> usize {
        self.counts.len() + 2
    }

    /// `cumulative` says by how much each series of the histogram is lifted; each bucket gets its own share.
    pub(super) fn lift(&self, cumulative: impl Fn(usize) -> f64) {
        let mut below = 0.0;
        for (offset, count) in self.counts.iter().enumerate() {
            let share = (cumulative(offset) - below) as i64;
            count.store(count.load(Relaxed).saturating_add_signed(share), Relaxed);
            below = cumulative(offset);
        }
        let sum = f64::from_bits(self.sum.load(Relaxed)) + cumulative(self.counts.len());
        self.sum.store(sum.to_bits(), Relaxed);
    }

    pub(super) fn collect(&self, first: usize, sink: &mut impl SampleSink) {
        let mut cumulative = 0;
        for (offset, count) in self.counts.iter().enumerate() {
            cumulative += count.load(Relaxed);
            sink.sample(first + offset, cumulative as f64);
        }
        let after = first + self.counts.len();
        sink.sample(after, f64::from_bits(self.sum.load(Relaxed)));
        sink.sample(after + 1, cumulative as f64);
        if self.exemplified.swap(0, Relaxed) != 0 {
            for (offset, exemplar) in lock(&self.exemplars).iter_mut().enumerate() {
                if let Some(exemplar) = exemplar.take() {
                    sink.exemplar(first + offset, exemplar);
                }
            }
        }
    }
}

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        let index = self.bounds.partition_point(|&bound| bound < value);
        self.counts[index].fetch_add(1, Relaxed);
        self.sum.store((f64::from_bits(self.sum.load(Relaxed)) + value).to_bits(), Relaxed);
        let bit = 1u64 << index.min(63);
        if self.exemplified.load(Relaxed) & bit == 0 {
            let (trace_id, time_ns) = CURRENT.get();
            if trace_id != TraceId::default() {
                lock(&self.exemplars)[index] = Some(Exemplar { trace_id, value, time_ns });
                self.exemplified.fetch_or(bit, Relaxed);
            }
        }
    }
}

/// A panic while a lock was held leaves plain numbers behind, never a broken invariant.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
