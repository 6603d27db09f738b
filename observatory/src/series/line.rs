//! A run of samples on a straight line, stored as its ends.

use super::sample::in_bounds;
use super::summary::Sum;
use super::{Sample, Summary};

/// Evenly spaced samples whose values lie on a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) from_ms: i64,
    pub(super) step_ms: i64,
    pub(super) count: u64,
    pub(super) first: f64,
    pub(super) last: f64,
}

impl Line {
    /// Whether it has samples, and a time and one value for each.
    pub(super) fn is_valid(&self) -> bool {
        let length_ms = i64::try_from(self.count).ok().and_then(|count| count.checked_mul(self.step_ms));
        let in_time = length_ms.is_some_and(|ms| in_bounds(ms) && in_bounds(self.from_ms));
        let flat = self.first.to_bits() == self.last.to_bits();
        let finite = self.first.is_finite() && self.last.is_finite();
        self.count > 0 && self.step_ms > 0 && in_time && (flat || finite)
    }

    /// The time of the last sample.
    pub(super) fn end_ms(&self) -> i64 {
        self.from_ms + self.step_ms * (self.count as i64 - 1)
    }

    /// The sample with this index, below `count`.
    pub(super) fn sample(&self, index: u64) -> Sample {
        let value = if index == 0 {
            self.first
        } else if index + 1 == self.count || self.first.to_bits() == self.last.to_bits() {
            self.last
        } else {
            self.first + (self.last - self.first) * (index as f64 / (self.count - 1) as f64)
        };
        Sample { time_ms: self.from_ms + self.step_ms * index as i64, value }
    }

    /// How many samples are at or before a time.
    pub(super) fn until(&self, time_ms: i64) -> u64 {
        if time_ms < self.from_ms {
            return 0;
        }
        // Below count, so the conversion is exact.
        ((time_ms.saturating_sub(self.from_ms) / self.step_ms) as u64 + 1).min(self.count)
    }

    /// The samples with indices `from..to`.
    pub(super) fn samples(self, from: u64, to: u64) -> impl Iterator<Item = Sample> {
        (from..to).map(move |index| self.sample(index))
    }

    /// The summary of the samples with indices `from..to`.
    pub(super) fn summary(&self, from: u64, to: u64) -> Option<Summary> {
        let slope = self.last - self.first;
        let flat = slope == 0.0;
        // A falling line is a reset at every step, a line of NaN or infinities has no closed form, and in a line
        // as flat as this rounding makes neighbours equal: all rare, so they are walked.
        let distinct = slope / (self.count.max(2) - 1) as f64 > self.last.abs().max(self.first.abs()) * 1e-12;
        if from >= to || !(flat || distinct) {
            return Summary::of_all(self.samples(from, to));
        }
        let (first, last) = (self.sample(from), self.sample(to - 1));
        let count = to - from;
        let sum = if flat {
            count as f64 * first.value
        } else {
            count as f64 * (first.value / 2.0 + last.value / 2.0)
        };
        Some(Summary {
            count,
            first,
            last,
            resets: 0,
            lost: 0.0,
            changes: if flat { 0 } else { count - 1 },
            min: first.value,
            max: last.value,
            sum: Sum::default().plus(sum),
        })
    }
}
