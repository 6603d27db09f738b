//! Spans and the W3C context that ties them together.

use std::fmt;

use super::hex;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: TraceId,
    /// The span that calls; for the receiver, its parent.
    pub span_id: SpanId,
    /// The trace's flags, kept from caller to caller: [`TraceContext::SAMPLED`] and [`TraceContext::RANDOM`].
    pub flags: u8,
}

impl TraceContext {
    /// The flag of a trace that its caller keeps.
    pub const SAMPLED: u8 = 1;
    /// The flag of a trace id that was drawn at random.
    pub const RANDOM: u8 = 2;

    /// Where a trace of ours begins: sampled, and no span yet.
    pub fn root(trace_id: TraceId) -> Self {
        Self { trace_id, span_id: SpanId(0), flags: Self::SAMPLED }
    }

    /// The same trace, with another span that calls.
    pub fn child(self, span_id: SpanId) -> Self {
        Self { span_id, ..self }
    }

    /// The `traceparent` header, of version 00 (<https://www.w3.org/TR/trace-context-2/>).
    pub fn traceparent(&self) -> [u8; 55] {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        let (high, low) = ((self.trace_id.0 >> 64) as u64, self.trace_id.0 as u64);
        for (from, number) in [(3, high), (19, low), (36, self.span_id.0)] {
            if let Some(digits) = text[from..].first_chunk_mut() {
                hex::write(number, digits);
            }
        }
        // Flags without a meaning yet are sent as zero: two bits, one digit.
        text[54] |= self.flags & (Self::SAMPLED | Self::RANDOM);
        text
    }

    /// Reads a `traceparent` header; `None` where the specification says to ignore it.
    pub fn parse(header: &[u8]) -> Option<Self> {
        let (known, rest) = header.split_at_checked(55)?;
        let dashes = [2, 35, 52].into_iter().all(|place| known[place] == b'-');
        let version = hex::read(&known[..2])?;
        // A later version may append more, after a dash; this one may not.
        let longer = rest.first().is_some_and(|&next| version == 0 || next != b'-');
        if !dashes || longer || version == 0xff {
            return None;
        }
        let flags = hex::read(&known[53..])? as u8 & (Self::SAMPLED | Self::RANDOM);
        let (high, low) = (hex::read(&known[3..19])?, hex::read(&known[19..35])?);
        let trace_id = TraceId(u128::from(high) << 64 | u128::from(low));
        let span_id = SpanId(hex::read(&known[36..52])?);
        (trace_id.0 != 0 && span_id.0 != 0).then_some(Self { trace_id, span_id, flags })
    }
}

/// Why an operation failed, where it was not a status (`error.type` of the semantic conventions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorType {
    /// No answer in time.
    Timeout,
    /// No connection to the other side.
    Connect,
    /// The connection broke before the answer was whole.
    Broken,
    /// The answer was an HTTP status that counts as an error: from 500 on for a server, from 400 on for a client.
    Status(u16),
    /// No free connection in the pool within the wait.
    PoolTimeout,
    /// The caller went away before the end.
    Cancelled,
    /// The database refused or broke off; its SQLSTATE, five letters or digits.
    Sql([u8; 5]),
    /// Something else, in a service that is not ours.
    Other,
}

/// The errors that have a name, as it is written.
const NAMED: [(ErrorType, &str); 6] = [
    (ErrorType::Timeout, "timeout"),
    (ErrorType::Connect, "connection_error"),
    (ErrorType::Broken, "connection_reset"),
    (ErrorType::PoolTimeout, "pool_timeout"),
    (ErrorType::Cancelled, "cancelled"),
    (ErrorType::Other, "_OTHER"),
];

impl ErrorType {
    /// Reads what `Display` writes; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let in_state = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        match bytes.try_into() {
            Ok(state) if bytes.iter().all(in_state) => Some(Self::Sql(state)),
            _ if bytes.len() == 3 && bytes.iter().all(u8::is_ascii_digit) => {
                text.parse().ok().map(Self::Status)
            }
            _ => NAMED.iter().find(|(_, name)| *name == text).map(|(error, _)| *error),
        }
    }
}

impl fmt::Display for ErrorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status:03}"),
            Self::Sql(state) => f.write_str(std::str::from_utf8(state).unwrap_or("?????")),
            named => {
                let name = NAMED.iter().find(|(error, _)| error == named);
                f.write_str(name.map_or("_OTHER", |(_, name)| name))
            }
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
