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
    /// Requests sent up to `offset_ns`.
    sent_before: AtomicU64,
    /// Requests per 1000 simulated seconds, lately.
    rate: AtomicU64,
    firing: AtomicU64,
}

/// What is shown of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shown {
    /// Seconds since the start; below zero before it.
    pub(crate) offset_s: i64,
    /// Requests per simulated second, lately.
    pub(crate) rate: f64,
    /// Alerts that fire.
    pub(crate) firing: u64,
}

impl Progress {
    /// Time has come so far, and so many alerts fire.
    pub(crate) fn at(&self, offset_ns: i64, firing: usize) {
        let State { offset_ns: offset, sent, sent_before, rate, firing: fire } = &*self.0;
        let passed_ns = offset_ns.saturating_sub(offset.swap(offset_ns, Relaxed));
        let now_sent = sent.load(Relaxed);
        let sent_since = now_sent - sent_before.swap(now_sent, Relaxed);
        if passed_ns > 0 {
            rate.store((sent_since as f64 * 1e12 / passed_ns as f64) as u64, Relaxed);
        }
        fire.store(firing as u64, Relaxed);
    }

    /// A request was sent.
    pub(super) fn sent(&self) {
        self.0.sent.fetch_add(1, Relaxed);
    }

    /// What there is to show.
    pub(crate) fn read(&self) -> Shown {
        Shown {
            offset_s: self.0.offset_ns.load(Relaxed).div_euclid(1_000_000_000),
            rate: self.0.rate.load(Relaxed) as f64 / 1000.0,
            firing: self.0.firing.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_latest_one() {
        let progress = Progress::default();
        progress.at(-15_000_000_000, 0);
        for (offset_s, requests) in [(0, 30), (15, 1200)] {
            (0..requests).for_each(|_| progress.sent());
            progress.at(offset_s * 1_000_000_000, 1);
        }
        assert_eq!(progress.read(), Shown { offset_s: 15, rate: 80.0, firing: 1 });
    }
}
