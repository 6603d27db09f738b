//! Traffic over time, coarse enough to draw.

use super::Outcome;

/// What the clients of a load did in equal slices of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slices {
    from_ns: i64,
    to_ns: i64,
    width_ns: u64,
    slices: Vec<Slice>,
}

/// One slice of the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slice {
    /// Start, nanoseconds since the Unix epoch; included.
    pub from_ns: i64,
    /// End; not included.
    pub to_ns: i64,
    /// Requests that were meant to be sent in it, and were.
    pub sent: u64,
    /// Of these, the ones that failed, see [`Outcome::failed`].
    pub errors: u64,
}

impl Slices {
    /// Slices of equal width between two moments, at most `count`; only the last may be shorter, by rounding.
    pub fn new(from_ns: i64, to_ns: i64, count: u32) -> Self {
        let length = if to_ns > from_ns { to_ns.abs_diff(from_ns) } else { 0 };
        let width_ns = length.div_ceil(u64::from(count.max(1))).max(1);
        let start = |index: u64| from_ns.saturating_add_unsigned(index.saturating_mul(width_ns)).min(to_ns);
        let slices = (0..length.div_ceil(width_ns)).map(|index| Slice {
            from_ns: start(index),
            to_ns: start(index + 1),
            ..Slice::default()
        });
        Self { from_ns, to_ns, width_ns, slices: slices.collect() }
    }

    /// Takes one in. One intended outside of all slices is left out.
    pub fn record(&mut self, outcome: Outcome) {
        if !(self.from_ns..self.to_ns).contains(&outcome.intended_ns) {
            return;
        }
        let index = outcome.intended_ns.abs_diff(self.from_ns) / self.width_ns;
        if let Some(slice) = self.slices.get_mut(index as usize) {
            slice.sent += 1;
            slice.errors += u64::from(outcome.failed());
        }
    }

    /// Adds what another worker of the same run did, in the same slices.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.slices.iter_mut().zip(&other.slices) {
            own.sent += other.sent;
            own.errors += other.errors;
        }
    }

    /// The slices, in order of time.
    pub fn slices(&self) -> &[Slice] {
        &self.slices
    }
}
