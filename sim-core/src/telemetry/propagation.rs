//! Context on the wire: W3C `traceparent`, and in `tracestate` the moment at which the root request was meant to be
//! sent, by which faults judge whether their window contains it.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::{TraceContext, hex};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
const INTENDED: &[u8] = b"sim=";

/// What a request carries with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Propagation {
    /// The trace, and the client span that calls.
    pub context: TraceContext,
    /// When the root request was meant to be sent, nanoseconds since the Unix epoch.
    pub intended_ns: i64,
}

impl Propagation {
    /// Writes the headers.
    pub fn inject(&self, headers: &mut HeaderMap) {
        let ascii = "both are printable ASCII";
        let parent = HeaderValue::from_bytes(&self.context.traceparent()).expect(ascii);
        let mut state = *b"sim=0000000000000000";
        if let Some(digits) = state.last_chunk_mut() {
            hex::write(self.intended_ns as u64, digits);
        }
        headers.insert(TRACEPARENT, parent);
        headers.insert(TRACESTATE, HeaderValue::from_bytes(&state).expect(ascii));
    }

    /// Reads the headers; `None` where there is no valid context, or none of ours.
    pub fn extract(headers: &HeaderMap) -> Option<Self> {
        let context = TraceContext::parse(headers.get(TRACEPARENT)?.as_bytes())?;
        let state = headers.get(TRACESTATE)?.as_bytes();
        let ours = state
            .split(|&byte| byte == b',')
            .find_map(|member| member.trim_ascii().strip_prefix(INTENDED))?;
        Some(Self { context, intended_ns: hex::read(ours)? as i64 })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::telemetry::{SpanId, TraceId};

    proptest! {
        #[test]
        fn what_was_injected_is_extracted(trace in 1u128.., span in 1u64.., intended_ns: i64) {
            let context = TraceContext { trace_id: TraceId(trace), span_id: SpanId(span) };
            let sent = Propagation { context, intended_ns };
            let mut headers = HeaderMap::new();
            sent.inject(&mut headers);
            prop_assert_eq!(Propagation::extract(&headers), Some(sent));
        }

        #[test]
        fn any_header_is_read_or_ignored(text in "\\PC{0,70}") {
            let _ = TraceContext::parse(text.as_bytes());
        }
    }

    #[test]
    fn what_the_specification_refuses_is_ignored() {
        let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert!(TraceContext::parse(valid.as_bytes()).is_some());
        for broken in [
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e4736+00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceContext::parse(broken.as_bytes()), None, "{broken}");
        }
        assert!(TraceContext::parse(format!("01{}-more", &valid[2..]).as_bytes()).is_some());
    }
}
