//! What a fault really did: the proof that it took effect.

use crate::telemetry::{SpanId, TraceId};

/// The requests that one fault saw and hit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Requests that passed the edge during the whole run.
    pub seen: u64,
    /// Of these, the ones whose root was intended within the fault's window.
    pub matched: u64,
    /// Of these, the ones that were hit, by at least one action.
    pub hits: Vec<Hit>,
}

/// One request that was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// When, nanoseconds since the Unix epoch.
    pub time_ns: i64,
    /// The trace.
    pub trace_id: TraceId,
    /// The calling client span, which is the request's key.
    pub span_id: SpanId,
    /// Which of the fault's actions.
    pub action: u16,
}
