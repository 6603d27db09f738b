//! How far a run is, as another thread may ask at any time. It flows one way: nothing in the run reads it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// The state of one run.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Nanoseconds since the start; below zero before it.
    offset_ns: AtomicI64,
    sent: AtomicU64,
    firing: AtomicU64,
}

impl Progress {
    pub(super) fn at(&self, offset_ns: i64, firing: usize) {
        self.offset_ns.store(offset_ns, Relaxed);
        self.firing.store(firing as u64, Relaxed);
    }

    pub(super) fn sent(&self) {
        self.sent.fetch_add(1, Relaxed);
    }

    /// Nanoseconds since the start, requests sent so far, and alerts that fire.
    pub(crate) fn read(&self) -> (i64, u64, u64) {
        (self.offset_ns.load(Relaxed), self.sent.load(Relaxed), self.firing.load(Relaxed))
    }
}
