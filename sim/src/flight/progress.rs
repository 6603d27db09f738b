//! How far a run is, as another thread may ask at any time. It flows one way: nothing in the run reads it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// The state of one run; clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Nanoseconds since the start; below zero before it.
    offset_ns: AtomicI64,
    sent: AtomicU64,
    firing: AtomicU64,
}

impl Progress {
    pub(super) fn at(&self, offset_ns: i64, firing: usize) {
        self.0.offset_ns.store(offset_ns, Relaxed);
        self.0.firing.store(firing as u64, Relaxed);
    }

    pub(super) fn sent(&self) {
        self.0.sent.fetch_add(1, Relaxed);
    }

    /// Nanoseconds since the start, requests sent so far, and alerts that fire.
    pub(crate) fn read(&self) -> (i64, u64, u64) {
        (self.0.offset_ns.load(Relaxed), self.0.sent.load(Relaxed), self.0.firing.load(Relaxed))
    }
}
