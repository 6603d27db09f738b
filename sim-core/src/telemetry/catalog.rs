//! What spans and log lines have in common with others of their kind.

use std::borrow::Cow;

/// `SpanKind` of OpenTelemetry. Ours serve or call; the others come from services that are not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpanKind {
    /// Stays within its process; also what says nothing of its kind.
    Internal,
    /// Handles a request from elsewhere.
    Server,
    /// Waits for an answer from elsewhere.
    Client,
    /// Sends a message that nobody answers.
    Producer,
    /// Handles such a message.
    Consumer,
}

/// What all spans of one operation of one replica share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpanShape {
    /// `service.name`.
    pub service: String,
    /// `service.instance.id`.
    pub instance: String,
    /// The span's name: `POST /api/orders`.
    pub name: String,
    /// Its kind.
    pub kind: SpanKind,
    /// The service or database that a client span calls (`server.address`, `db.namespace`).
    pub peer: Option<String>,
    /// Further attributes under semantic-convention names.
    pub attributes: Vec<(Cow<'static, str>, String)>,
}

/// `SeverityText` of OpenTelemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// SeverityNumber 9.
    Info,
    /// SeverityNumber 13.
    Warn,
    /// SeverityNumber 17.
    Error,
}

/// What all log lines of one kind of one replica share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogShape {
    /// `service.name`.
    pub service: String,
    /// `service.instance.id`.
    pub instance: String,
    /// How bad it is.
    pub severity: Severity,
    /// The text.
    pub body: String,
}

/// All shapes of one run, in the order in which they were first seen.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    spans: Vec<SpanShape>,
    logs: Vec<LogShape>,
}

impl Catalog {
    /// Adds a kind of span and returns its index.
    pub fn add_span(&mut self, shape: SpanShape) -> u32 {
        self.spans.push(shape);
        (self.spans.len() - 1) as u32
    }

    /// Adds a kind of log line and returns its index.
    pub fn add_log(&mut self, shape: LogShape) -> u32 {
        self.logs.push(shape);
        (self.logs.len() - 1) as u32
    }

    /// The shape of a span.
    pub fn span(&self, index: u32) -> &SpanShape {
        &self.spans[index as usize]
    }

    /// The shape of a log line.
    pub fn log(&self, index: u32) -> &LogShape {
        &self.logs[index as usize]
    }

    /// All kinds of span.
    pub fn spans(&self) -> &[SpanShape] {
        &self.spans
    }

    /// All kinds of log line.
    pub fn logs(&self) -> &[LogShape] {
        &self.logs
    }
}
