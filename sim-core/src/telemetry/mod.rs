//! Telemetry records in OpenTelemetry's data model, kept compact: what never changes about a span or a log
//! line is interned once in a [`Catalog`], and a record is a few machine words that point there.

mod catalog;
mod collector;
mod hex;
mod histogram;
mod log;
mod metrics;
mod propagation;
mod span;

pub use catalog::{Catalog, LogShape, Severity, SpanKind, SpanShape};
pub use collector::Collector;
pub use histogram::{BucketBounds, Exemplar, canonical_bound};
pub use log::LogRecord;
pub use metrics::{Registry, SampleSink, SeriesDescription};
pub use propagation::Propagation;
pub use span::{ErrorType, Span, SpanId, TraceContext, TraceId};
