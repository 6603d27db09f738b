//! The request key: what is the same about a request in both worlds.

use crate::telemetry::{SpanId, TraceContext, TraceId};

/// Names one attempt of one call of one trace. It is the client span's identity, so that `traceparent` carries it over
/// any wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestKey {
    /// The trace: H(seed, load, index of the arrival).
    pub trace_id: TraceId,
    /// The client span: H(trace id, parent span id, call site, attempt).
    pub span_id: SpanId,
}

impl From<TraceContext> for RequestKey {
    fn from(context: TraceContext) -> Self {
        Self { trace_id: context.trace_id, span_id: context.span_id }
    }
}
