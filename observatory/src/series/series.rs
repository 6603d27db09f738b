//! The samples of one series: finished blocks, then the head that still grows.

use std::collections::VecDeque;

use sim_core::telemetry::Exemplar;

use super::block::Block;
use super::line::Line;
use super::{AppendError, Sample, Summary};

/// Samples a chunk, as in Prometheus.
const CHUNK: usize = 120;
/// Exemplars kept a series, the newest.
const EXEMPLARS: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Series {
    blocks: VecDeque<Block>,
    /// Not compressed, so that the newest samples, which every rule reads, are found by a binary search.
    head: Vec<Sample>,
    pub(super) exemplars: VecDeque<Exemplar>,
    /// Heap bytes of the blocks.
    packed_bytes: usize,
}

impl Series {
    fn last_ms(&self) -> Option<i64> {
        self.head.last().map(|sample| sample.time_ms).or(self.blocks.back().map(|block| block.to_ms))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.head.is_empty() && self.blocks.is_empty()
    }

    pub(super) fn count(&self) -> u64 {
        self.blocks.iter().map(Block::count).sum::<u64>() + self.head.len() as u64
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.packed_bytes
            + self.blocks.capacity() * size_of::<Block>()
            + self.head.capacity() * size_of::<Sample>()
            + self.exemplars.capacity() * size_of::<Exemplar>()
    }

    pub(super) fn append(&mut self, time_ms: i64, value: f64) -> Result<(), AppendError> {
        match self.last_ms() {
            Some(newest_ms) if time_ms < newest_ms => {
                return Err(AppendError::OutOfOrder { time_ms, newest_ms });
            }
            Some(newest_ms) if time_ms == newest_ms => {
                // Prometheus takes the same sample twice without a word.
                let known = self.latest(time_ms).map(|sample| sample.value.to_bits());
                let same = known == Some(value.to_bits());
                return if same { Ok(()) } else { Err(AppendError::Duplicate { time_ms }) };
            }
            _ => self.head.push(Sample { time_ms, value }),
        }
        if self.head.len() == CHUNK {
            self.seal();
        }
        Ok(())
    }

    pub(super) fn append_line(&mut self, line: Line) -> Result<(), AppendError> {
        if !line.is_valid() {
            return Err(AppendError::InvalidLine);
        }
        if let Some(newest_ms) = self.last_ms().filter(|&newest| line.from_ms <= newest) {
            return Err(AppendError::OutOfOrder { time_ms: line.from_ms, newest_ms });
        }
        self.seal();
        self.push(Block::line(line));
        Ok(())
    }

    fn seal(&mut self) {
        if let Some(block) = Block::pack(&self.head) {
            self.push(block);
            self.head.clear();
        }
    }

    fn push(&mut self, block: Block) {
        self.packed_bytes += block.bytes();
        self.blocks.push_back(block);
    }

    /// Drops the blocks that end before a time.
    pub(super) fn drop_before(&mut self, time_ms: i64) {
        while let Some(block) = self.blocks.pop_front_if(|block| block.to_ms < time_ms) {
            self.packed_bytes -= block.bytes();
        }
        if self.head.last().is_some_and(|sample| sample.time_ms < time_ms) {
            self.head = Vec::new();
        }
        while self.exemplars.pop_front_if(|exemplar| exemplar.time_ns / 1_000_000 < time_ms).is_some() {}
    }

    pub(super) fn add_exemplar(&mut self, exemplar: Exemplar) {
        if self.exemplars.len() == EXEMPLARS {
            self.exemplars.pop_front();
        }
        self.exemplars.push_back(exemplar);
    }

    fn blocks_within(&self, after_ms: i64, to_ms: i64) -> impl Iterator<Item = &Block> {
        let first = self.blocks.partition_point(|block| block.to_ms <= after_ms);
        let end = self.blocks.partition_point(|block| block.from_ms <= to_ms);
        self.blocks.range(first..end.max(first))
    }

    fn head_within(&self, after_ms: i64, to_ms: i64) -> &[Sample] {
        let first = self.head.partition_point(|sample| sample.time_ms <= after_ms);
        let end = self.head.partition_point(|sample| sample.time_ms <= to_ms);
        &self.head[first..end.max(first)]
    }

    pub(super) fn samples(&self, after_ms: i64, to_ms: i64) -> impl Iterator<Item = Sample> {
        self.blocks_within(after_ms, to_ms)
            .flat_map(move |block| block.samples(after_ms, to_ms))
            .chain(self.head_within(after_ms, to_ms).iter().copied())
    }

    pub(super) fn summary(&self, after_ms: i64, to_ms: i64) -> Option<Summary> {
        let head = self.head_within(after_ms, to_ms);
        let blocks = self.blocks_within(after_ms, to_ms);
        let parts = blocks.filter_map(|block| block.summary(after_ms, to_ms));
        parts.chain(Summary::of_all(head.iter().copied())).reduce(|mut whole, next| {
            whole.append(&next);
            whole
        })
    }

    pub(super) fn latest(&self, time_ms: i64) -> Option<Sample> {
        let head = self.head.partition_point(|sample| sample.time_ms <= time_ms);
        if head > 0 {
            return Some(self.head[head - 1]);
        }
        let blocks = self.blocks.partition_point(|block| block.from_ms <= time_ms);
        self.blocks.get(blocks.checked_sub(1)?)?.latest(time_ms)
    }
}
