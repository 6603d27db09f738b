//! What a stretch of samples amounts to. Summaries of neighbours add up to the summary of the whole, so that a
//! function over days reads one summary per chunk.

use super::{Sample, is_stale};

/// A stretch of at least one sample, in the order of time; staleness markers are not part of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// How many samples.
    pub count: u64,
    /// The earliest.
    pub first: Sample,
    /// The latest.
    pub last: Sample,
    /// How often a value is below the one before it.
    pub resets: u64,
    /// The sum of the values before each reset: what a counter lost.
    pub lost: f64,
    /// How often a value differs from the one before it.
    pub changes: u64,
    /// The least value; NaN only where all are.
    pub min: f64,
    /// The greatest value; NaN only where all are.
    pub max: f64,
    /// The sum of all values.
    pub sum: Sum,
}

impl Summary {
    /// The summary of one sample.
    pub fn of(sample: Sample) -> Self {
        let Sample { value, .. } = sample;
        Self {
            count: 1,
            first: sample,
            last: sample,
            resets: 0,
            lost: 0.0,
            changes: 0,
            min: value,
            max: value,
            sum: Sum::default().plus(value),
        }
    }

    /// The summary of samples in the order of time; `None` where there are none but markers.
    pub fn of_all(samples: impl IntoIterator<Item = Sample>) -> Option<Self> {
        let mut real = samples.into_iter().filter(|sample| !is_stale(sample.value));
        let mut all = Self::of(real.next()?);
        for sample in real {
            all.push(sample);
        }
        Some(all)
    }

    /// Adds the next sample.
    pub fn push(&mut self, sample: Sample) {
        self.meet(sample.value, sample.value, sample.value);
        self.count += 1;
        self.last = sample;
        self.sum = self.sum.plus(sample.value);
    }

    /// Adds what comes next.
    pub fn append(&mut self, next: &Self) {
        self.meet(next.first.value, next.min, next.max);
        self.count += next.count;
        self.last = next.last;
        self.resets += next.resets;
        self.lost += next.lost;
        self.changes += next.changes;
        self.sum = self.sum.plus(next.sum.total).plus(next.sum.correction);
    }

    /// What happens where another stretch begins, and its extremes.
    fn meet(&mut self, after: f64, min: f64, max: f64) {
        let before = self.last.value;
        if after < before {
            self.resets += 1;
            self.lost += before;
        }
        if after != before && !(after.is_nan() && before.is_nan()) {
            self.changes += 1;
        }
        if min < self.min || self.min.is_nan() {
            self.min = min;
        }
        if max > self.max || self.max.is_nan() {
            self.max = max;
        }
    }

    /// How much a counter grew over the stretch, resets made good.
    pub fn growth(&self) -> f64 {
        self.last.value - self.first.value + self.lost
    }
}

/// A sum with what rounding lost (Kahan's summation as improved by Neumaier), as Prometheus adds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sum {
    total: f64,
    correction: f64,
}

impl Sum {
    /// The sum with one more value.
    #[must_use]
    pub fn plus(self, value: f64) -> Self {
        let total = self.total + value;
        let lost = if total.is_infinite() {
            return Self { total, correction: 0.0 };
        } else if self.total.abs() >= value.abs() {
            (self.total - total) + value
        } else {
            (value - total) + self.total
        };
        Self { total, correction: self.correction + lost }
    }

    /// The value.
    pub fn value(self) -> f64 {
        if self.total.is_infinite() { self.total } else { self.total + self.correction }
    }
}
