//! Whoever takes spans and log lines.

use super::{LogRecord, Severity, Span};

/// Receives spans and log lines as they come.
pub trait Collector {
    /// A span has ended.
    fn span(&mut self, span: Span);
    /// A line was written.
    fn log(&mut self, severity: Severity, record: LogRecord);
}
