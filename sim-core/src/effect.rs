//! What a fault really did: the proof that it took effect.

use std::collections::{BTreeMap, BTreeSet};

use crate::random::RequestKey;
use crate::telemetry::{SpanId, TraceId};

/// The requests that one fault saw and hit. The time before the start of the run counts for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Requests that came to where it acts, and whose root was intended at or after the start of the run.
    pub seen: u64,
    /// Of these, the ones whose root was intended within the fault's window.
    pub matched: u64,
    /// Of these, the ones that were hit, in the order in which they were: one entry a request, whatever the number of
    /// actions that hit it.
    pub hits: Vec<Hit>,
    /// Of the matched, the ones that were left alone, in the order of their keys, each once; at most
    /// [`Effect::MAX_SPARED`].
    pub spared: Vec<RequestKey>,
    /// How many more were left alone, of which there is no other record.
    pub unrecorded: u64,
}

impl Effect {
    /// How many requests that were left alone are recorded.
    pub const MAX_SPARED: usize = 1_000_000;

    /// What several workers or processes have seen of one fault, as one. The order in which they come makes no difference:
    /// hits are sorted by time and key. A request that several have met is hit if any of them hit it.
    pub fn merge(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::default();
        let (mut hits, mut spared) = (BTreeMap::<RequestKey, Hit>::new(), BTreeSet::new());
        for part in parts {
            whole.seen += part.seen;
            whole.matched += part.matched;
            whole.unrecorded += part.unrecorded;
            spared.extend(part.spared);
            for hit in part.hits {
                let known = hits.entry(hit.key()).or_insert(hit);
                known.time_ns = known.time_ns.min(hit.time_ns);
                known.actions |= hit.actions;
            }
        }
        whole.spared = spared.into_iter().filter(|key| !hits.contains_key(key)).collect();
        whole.unrecorded += whole.spared.len().saturating_sub(Self::MAX_SPARED) as u64;
        whole.spared.truncate(Self::MAX_SPARED);
        whole.hits = hits.into_values().collect();
        whole.hits.sort_by_key(|hit| (hit.time_ns, hit.key()));
        whole
    }
}

/// One request that was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// When the first action hit it, nanoseconds since the Unix epoch.
    pub time_ns: i64,
    /// The trace.
    pub trace_id: TraceId,
    /// The calling client span, which is the request's key.
    pub span_id: SpanId,
    /// Which of the fault's actions: bit *n* for the *n*-th, from 0.
    pub actions: u64,
}

impl Hit {
    /// How many actions of one fault [`Hit::actions`] can tell apart.
    pub const MAX_ACTIONS: usize = u64::BITS as usize;

    /// The request's key.
    pub fn key(&self) -> RequestKey {
        RequestKey { trace_id: self.trace_id, span_id: self.span_id }
    }

    /// The actions by their places in the fault, from 0, in order.
    pub fn places(&self) -> impl Iterator<Item = u8> {
        let actions = self.actions;
        (0..u64::BITS as u8).filter(move |place| actions >> place & 1 == 1)
    }
}
