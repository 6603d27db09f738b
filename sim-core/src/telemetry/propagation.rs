//! Context on the wire: W3C `traceparent`, and in `tracestate` the moment at which the root request was meant to be
//! sent, by which faults judge whether their window contains it (<https://www.w3.org/TR/trace-context-2/>).

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::{SpanId, TraceContext, hex};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Our member of `tracestate`: 16 hexadecimal digits follow.
const OURS: &[u8; 4] = b"sim=";

/// As many members may `tracestate` have; a longer one is no list.
const MAX_MEMBERS: usize = 32;

/// What a request carries with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Propagation {
    /// The trace, and the client span that calls.
    pub context: TraceContext,
    /// When the root request was meant to be sent, nanoseconds since the Unix epoch. A foreign caller does not say: its
    /// requests are judged by their arrival.
    pub intended_ns: Option<i64>,
    /// What others wrote into `tracestate`, at most 31 members; it is handed on.
    pub others: Option<HeaderValue>,
}

impl Propagation {
    /// Of a trace of ours, which nobody else has written to.
    pub fn new(context: TraceContext, intended_ns: i64) -> Self {
        Self { context, intended_ns: Some(intended_ns), others: None }
    }

    /// The same for a further call, made in this span.
    pub fn child(&self, span_id: SpanId) -> Self {
        Self { context: self.context.child(span_id), ..self.clone() }
    }

    /// Writes the headers, in place of those that are there. Our member of `tracestate` stands in front.
    pub fn inject(&self, headers: &mut HeaderMap) {
        let ascii = "it is printable ASCII";
        let parent = HeaderValue::from_bytes(&self.context.traceparent()).expect(ascii);
        headers.insert(TRACEPARENT, parent);
        let state = match (self.intended_ns.map(member), &self.others) {
            (Some(ours), None) => HeaderValue::from_bytes(&ours).expect(ascii),
            (Some(ours), Some(others)) => {
                HeaderValue::from_bytes(&[&ours, &b","[..], others.as_bytes()].concat()).expect(ascii)
            }
            (None, Some(others)) => others.clone(),
            (None, None) => {
                headers.remove(TRACESTATE);
                return;
            }
        };
        headers.insert(TRACESTATE, state);
    }

    /// Reads the headers; `None` where there is no valid `traceparent`, or several. Of several `tracestate`, each goes on
    /// where the one before ends.
    pub fn extract(headers: &HeaderMap) -> Option<Self> {
        let mut parents = headers.get_all(TRACEPARENT).iter();
        let context = TraceContext::parse(parents.next()?.as_bytes())?;
        if parents.next().is_some() {
            return None;
        }
        let (mut intended_ns, mut others) = (None, Vec::new());
        let states = headers.get_all(TRACESTATE).iter();
        for member in states.flat_map(|state| state.as_bytes().split(|&byte| byte == b',')) {
            let member = member.trim_ascii();
            match member.strip_prefix(OURS) {
                Some(digits) => intended_ns = intended_ns.or_else(|| moment(digits)),
                None if member.is_empty() => {}
                None => others.push(member),
            }
        }
        Some(Self { context, intended_ns, others: handed_on(&mut others) })
    }
}

/// Our member of `tracestate`.
fn member(intended_ns: i64) -> [u8; 20] {
    let mut member = *b"sim=0000000000000000";
    if let Some(digits) = member.last_chunk_mut() {
        hex::write(intended_ns as u64, digits);
    }
    member
}

fn moment(digits: &[u8]) -> Option<i64> {
    if digits.len() == 16 { hex::read(digits).map(|moment| moment as i64) } else { None }
}

/// The members of others as one list, with a place left for ours; the rightmost gives way, as the specification asks.
/// One that is malformed, or one too many, and none is handed on.
fn handed_on(members: &mut Vec<&[u8]>) -> Option<HeaderValue> {
    if members.is_empty() || members.len() > MAX_MEMBERS || !members.iter().all(|member| well_formed(member))
    {
        return None;
    }
    members.truncate(MAX_MEMBERS - 1);
    HeaderValue::from_bytes(&members.join(&b","[..])).ok()
}

/// Whether it is `key=value`, in the characters and lengths of the specification.
fn well_formed(member: &[u8]) -> bool {
    let Some(equals) = member.iter().position(|&byte| byte == b'=') else { return false };
    let (key, value) = (&member[..equals], &member[equals + 1..]);
    let in_key = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/@".contains(byte);
    let in_value = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'=';
    let fits = |part: &[u8]| (1..=256).contains(&part.len());
    fits(key) && fits(value) && key.iter().all(in_key) && value.iter().all(in_value)
}
