//! Finished stretches of a series: compressed samples or a line, each with its summary.

use super::codec::{self, Decoder};
use super::line::Line;
use super::{Sample, Summary, is_stale};

/// An immutable stretch of samples.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Packed(Packed),
    Line(Line),
}

#[derive(Debug)]
struct Packed {
    bytes: Box<[u8]>,
    count: usize,
    /// Whether a staleness marker is inside.
    ends: bool,
    /// Of the samples that are no markers.
    summary: Option<Summary>,
}

impl Packed {
    fn samples(&self, after_ms: i64, to_ms: i64) -> impl Iterator<Item = Sample> {
        Decoder::new(&self.bytes, self.count)
            .skip_while(move |sample| sample.time_ms <= after_ms)
            .take_while(move |sample| sample.time_ms <= to_ms)
    }
}

impl Block {
    /// Compresses samples; `None` of none.
    pub(super) fn pack(samples: &[Sample]) -> Option<Self> {
        let (first, last) = (samples.first()?, samples.last()?);
        let body = Body::Packed(Packed {
            bytes: codec::encode(samples),
            count: samples.len(),
            ends: samples.iter().any(|sample| is_stale(sample.value)),
            summary: Summary::of_all(samples.iter().copied()),
        });
        Some(Self { from_ms: first.time_ms, to_ms: last.time_ms, body })
    }

    pub(super) fn line(line: Line) -> Self {
        Self { from_ms: line.from_ms, to_ms: line.end_ms(), body: Body::Line(line) }
    }

    /// How many samples it has, markers included.
    pub(super) fn count(&self) -> u64 {
        match &self.body {
            Body::Packed(packed) => packed.count as u64,
            Body::Line(line) => line.count,
        }
    }

    /// What it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        match &self.body {
            Body::Packed(packed) => packed.bytes.len(),
            Body::Line(_) => 0,
        }
    }

    /// The samples after `after_ms`, up to and including `to_ms`.
    pub(super) fn samples(&self, after_ms: i64, to_ms: i64) -> Box<dyn Iterator<Item = Sample> + '_> {
        match &self.body {
            Body::Packed(packed) => Box::new(packed.samples(after_ms, to_ms)),
            Body::Line(line) => Box::new(line.samples(line.until(after_ms), line.until(to_ms))),
        }
    }

    /// The summary of these samples.
    pub(super) fn summary(&self, after_ms: i64, to_ms: i64) -> Option<Summary> {
        match &self.body {
            Body::Packed(packed) if after_ms < self.from_ms && self.to_ms <= to_ms => packed.summary,
            Body::Packed(packed) => Summary::of_all(packed.samples(after_ms, to_ms)),
            Body::Line(line) => line.summary(line.until(after_ms), line.until(to_ms)),
        }
    }

    /// The latest sample at or before a time, markers included.
    pub(super) fn latest(&self, time_ms: i64) -> Option<Sample> {
        match &self.body {
            Body::Packed(Packed { ends: false, summary: Some(all), .. }) if self.to_ms <= time_ms => {
                Some(all.last)
            }
            Body::Packed(packed) => packed.samples(i64::MIN, time_ms).last(),
            Body::Line(line) => line.until(time_ms).checked_sub(1).map(|index| line.sample(index)),
        }
    }
}
