//! Log records.

use super::{SpanId, TraceId};

/// One log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogRecord {
    /// Nanoseconds since the Unix epoch.
    pub time_ns: i64,
    /// Service, severity and text, an index into the [`Catalog`](super::Catalog).
    pub shape: u32,
    /// The trace it belongs to; zero for none.
    pub trace_id: TraceId,
    /// The span it was written in; zero for none.
    pub span_id: SpanId,
}
