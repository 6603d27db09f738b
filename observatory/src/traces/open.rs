//! Traces that are still under way.

use std::hash::{BuildHasherDefault, Hasher};

use sim_core::telemetry::{Span, SpanId, TraceId};

/// Hash maps have no order to rely on; this one is asked by key, and swept in a way in which its order cannot show.
#[expect(clippy::disallowed_types, reason = "on the path of every span, and no order of it ever shows")]
type ById = std::collections::HashMap<TraceId, Vec<Span>, BuildHasherDefault<IdHasher>>;

/// Trace ids are hashes already; their low half serves as it is.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u128(&mut self, id: u128) {
        self.0 = id as u64;
    }
}

/// The spans of traces that were not decided on yet.
#[derive(Debug, Default)]
pub(super) struct Open {
    traces: ById,
    /// How many spans that are.
    spans: usize,
    /// Lists to use again.
    spare: Vec<Vec<Span>>,
}

impl Open {
    pub(super) fn push(&mut self, span: Span) {
        self.spans += 1;
        let spare = &mut self.spare;
        self.traces.entry(span.trace_id).or_insert_with(|| spare.pop().unwrap_or_default()).push(span);
    }

    /// The spans of a trace in the order in which they ended.
    pub(super) fn take(&mut self, trace: TraceId) -> Option<Vec<Span>> {
        let spans = self.traces.remove(&trace)?;
        self.spans -= spans.len();
        Some(spans)
    }

    /// How many spans there are.
    pub(super) fn spans(&self) -> usize {
        self.spans
    }

    /// Puts back what was taken.
    pub(super) fn put_back(&mut self, trace: TraceId, spans: Vec<Span>) {
        self.spans += spans.len();
        self.traces.insert(trace, spans);
    }

    /// Keeps a list for later use.
    pub(super) fn recycle(&mut self, mut spans: Vec<Span>) {
        spans.clear();
        self.spare.push(spans);
    }

    /// Drops the traces without a root of which nothing was heard since then, and returns how many spans that were.
    pub(super) fn sweep(&mut self, since_ns: i64) -> usize {
        let mut swept = 0;
        #[expect(clippy::disallowed_methods, reason = "whichever goes first, the same go")]
        self.traces.retain(|_, spans| {
            let keep = spans.iter().any(is_root) || spans.last().is_some_and(|last| last.end_ns > since_ns);
            if !keep {
                swept += spans.len();
            }
            keep
        });
        self.spans -= swept;
        swept
    }
}

pub(super) fn is_root(span: &Span) -> bool {
    span.parent == SpanId::default()
}
