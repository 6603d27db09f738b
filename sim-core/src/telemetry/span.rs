//! Spans and the W3C context that ties them together.

use std::fmt;

/// 128 bits that name a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TraceId(pub u128);

/// 64 bits that name a span within its trace; zero is no span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SpanId(pub u64);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The trace and the calling span, as W3C Trace Context carries them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: TraceId,
    /// The span that calls; for the receiver, its parent.
    pub span_id: SpanId,
}

impl TraceContext {
    /// The `traceparent` header: version 00, always sampled (<https://www.w3.org/TR/trace-context/>).
    pub fn traceparent(&self) -> String {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-01";
        for (index, digit) in text[3..35].iter_mut().enumerate() {
            *digit = HEX[(self.trace_id.0 >> (124 - 4 * index)) as usize & 15];
        }
        for (index, digit) in text[36..52].iter_mut().enumerate() {
            *digit = HEX[(self.span_id.0 >> (60 - 4 * index)) as usize & 15];
        }
        text.iter().map(|&byte| char::from(byte)).collect()
    }

    /// Reads a `traceparent` header; `None` where the specification says to ignore it.
    pub fn parse(header: &str) -> Option<Self> {
        let bytes = header.as_bytes();
        let hex = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !header.is_ascii() || bytes.len() < 55 || &header[..2] == "ff" {
            return None;
        }
        let (version, trace, span, flags) = (&header[..2], &header[3..35], &header[36..52], &header[53..55]);
        let dashes = bytes[2] == b'-' && bytes[35] == b'-' && bytes[52] == b'-';
        let longer = bytes.len() > 55 && (version == "00" || bytes[55] != b'-');
        if !dashes || longer || ![version, trace, span, flags].into_iter().all(hex) {
            return None;
        }
        let trace_id = TraceId(u128::from_str_radix(trace, 16).ok()?);
        let span_id = SpanId(u64::from_str_radix(span, 16).ok()?);
        (trace_id.0 != 0 && span_id.0 != 0).then_some(Self { trace_id, span_id })
    }
}

/// Why an operation failed, where it was not a status (`error.type` of the semantic conventions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorType {
    /// No answer in time.
    Timeout,
    /// No connection to the other side.
    Connect,
    /// The answer was an HTTP status of 500 or more.
    Status(u16),
    /// No free connection in the pool within the wait.
    PoolTimeout,
}

impl fmt::Display for ErrorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("timeout"),
            Self::Connect => f.write_str("connection_error"),
            Self::Status(status) => write!(f, "{status}"),
            Self::PoolTimeout => f.write_str("pool_timeout"),
        }
    }
}

/// One finished span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its trace.
    pub trace_id: TraceId,
    /// Its own name within the trace.
    pub span_id: SpanId,
    /// The span that called it; zero for the root.
    pub parent: SpanId,
    /// Start, nanoseconds since the Unix epoch.
    pub start_ns: i64,
    /// End, nanoseconds since the Unix epoch.
    pub end_ns: i64,
    /// Everything that never changes about it, an index into the [`Catalog`](super::Catalog).
    pub shape: u32,
    /// `http.response.status_code`, or zero.
    pub status: u16,
    /// `http.request.resend_count`.
    pub resend: u16,
    /// `error.type`; with one, the span's status is Error.
    pub error: Option<ErrorType>,
}
