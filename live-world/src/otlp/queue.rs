//! Records on their way to a receiver.

use std::collections::VecDeque;

/// What became of spans, or of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// The receiver has them.
    pub sent: u64,
    /// They were given up when they came, as too many were waiting.
    pub dropped: u64,
    /// The receiver will never take them.
    pub refused: u64,
    /// They wait.
    pub waiting: u64,
}

impl Counts {
    /// How many the receiver does not have.
    pub fn missing(&self) -> u64 {
        self.dropped + self.refused + self.waiting
    }
}

/// Records stay until the receiver has them, or will never take them.
#[derive(Debug)]
pub(super) struct Queue<T> {
    records: VecDeque<T>,
    capacity: usize,
    counts: Counts,
}

impl<T: Copy> Queue<T> {
    /// An empty one that holds so many.
    pub(super) fn new(capacity: usize) -> Self {
        Self { records: VecDeque::new(), capacity, counts: Counts::default() }
    }

    /// Takes one in, or drops it: what waits may be under way already.
    pub(super) fn push(&mut self, record: T) {
        if self.records.len() < self.capacity {
            self.records.push_back(record);
        } else {
            self.counts.dropped += 1;
        }
    }

    /// The oldest, at most so many.
    pub(super) fn batch(&self, most: usize) -> Vec<T> {
        self.records.iter().take(most).copied().collect()
    }

    /// The oldest `count` have arrived.
    pub(super) fn sent(&mut self, count: usize) {
        self.records.drain(..count);
        self.counts.sent += count as u64;
    }

    /// The oldest `count` will never be taken.
    pub(super) fn refused(&mut self, count: usize) {
        self.records.drain(..count);
        self.counts.refused += count as u64;
    }

    pub(super) fn counts(&self) -> Counts {
        Counts { waiting: self.records.len() as u64, ..self.counts }
    }
}
