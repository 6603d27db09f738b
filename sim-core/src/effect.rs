//! What a fault really did: the proof that it took effect.

use crate::telemetry::{SpanId, TraceId};

/// The requests that one fault saw and hit. The time before the start of the run counts for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Requests that came to where it acts, and whose root was intended at or after the start of the run.
    pub seen: u64,
    /// Of these, the ones whose root was intended within the fault's window.
    pub matched: u64,
    /// Of these, the ones that were hit, in the order in which they were: one entry a request, whatever the number of
    /// actions that hit it.
    pub hits: Vec<Hit>,
}

impl Effect {
    /// Adds what the same fault did elsewhere, to other requests; the result does not depend on the order of merging.
    pub fn merge(&mut self, other: &Self) {
        self.seen += other.seen;
        self.matched += other.matched;
        self.hits.extend_from_slice(&other.hits);
        self.hits.sort_by_key(|hit| (hit.time_ns, hit.trace_id, hit.span_id));
    }
}

/// One request that was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// When the first action hit it, nanoseconds since the Unix epoch.
    pub time_ns: i64,
    /// The trace.
    pub trace_id: TraceId,
    /// The calling client span, which is the request's key.
    pub span_id: SpanId,
    /// Which of the fault's actions: bit *n* for the *n*-th, from 0.
    pub actions: u64,
}

impl Hit {
    /// How many actions of one fault [`Hit::actions`] can tell apart.
    pub const MAX_ACTIONS: usize = u64::BITS as usize;

    /// The actions by their places in the fault, from 0, in order.
    pub fn places(&self) -> impl Iterator<Item = u8> {
        let actions = self.actions;
        (0..u64::BITS as u8).filter(move |place| actions >> place & 1 == 1)
    }
}
