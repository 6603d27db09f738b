//! Collecting spans into traces and keeping the ones worth keeping.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use sim_core::telemetry::{Catalog, Span, SpanId, TraceId};

use super::{TraceMatches, TraceQuery};

/// How a [`TraceStore`] collects and what it keeps.
#[derive(Debug, Clone, Copy)]
pub struct TraceStoreOptions {
    /// How long after the end of the root span late spans are waited for.
    pub linger_ns: i64,
    /// One of so many healthy traces is kept, chosen by its trace id; errors and slow ones are all kept.
    pub keep_one_in: u64,
    /// A trace is slow, and kept, from this duration on.
    pub slow_ns: i64,
    /// Spans kept in all; the oldest traces go first.
    pub max_spans: usize,
}

impl Default for TraceStoreOptions {
    fn default() -> Self {
        Self { linger_ns: 2_000_000_000, keep_one_in: 100, slow_ns: 1_000_000_000, max_spans: 500_000 }
    }
}

/// What became of the traces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TraceStats {
    /// Traces whose root span ended.
    pub finished: u64,
    /// Of these, kept now.
    pub kept: u64,
    /// Of these, not sampled.
    pub sampled_out: u64,
    /// Of these, kept once and gone for want of space.
    pub evicted: u64,
    /// Spans that came after their trace was decided on.
    pub late_spans: u64,
    /// Spans of kept traces.
    pub kept_spans: u64,
}

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

/// Spans of unfinished and of kept traces.
#[derive(Debug)]
pub struct TraceStore {
    options: TraceStoreOptions,
    /// Never iterated: only asked by key, so that its order cannot show.
    open: HashMap<TraceId, Vec<Span>, BuildHasherDefault<IdHasher>>,
    due: VecDeque<(i64, TraceId)>,
    kept: VecDeque<Box<[Span]>>,
    spare: Vec<Vec<Span>>,
    stats: TraceStats,
    lost_until_ns: i64,
}

impl TraceStore {
    /// An empty store.
    pub fn new(options: TraceStoreOptions) -> Self {
        Self {
            options,
            open: HashMap::default(),
            due: VecDeque::new(),
            kept: VecDeque::new(),
            spare: Vec::new(),
            stats: TraceStats::default(),
            lost_until_ns: i64::MIN,
        }
    }

    /// Takes a span in; spans come in the order in which they end.
    pub fn push(&mut self, span: Span) {
        self.advance(span.end_ns);
        let spare = &mut self.spare;
        self.open.entry(span.trace_id).or_insert_with(|| spare.pop().unwrap_or_default()).push(span);
        if span.parent == SpanId::default() {
            self.stats.finished += 1;
            self.due.push_back((span.end_ns + self.options.linger_ns, span.trace_id));
        }
    }

    /// Decides on every trace that is due.
    pub fn advance(&mut self, now_ns: i64) {
        while let Some(&(due, trace_id)) = self.due.front()
            && due <= now_ns
        {
            self.due.pop_front();
            if let Some(spans) = self.open.remove(&trace_id) {
                self.decide(trace_id, spans);
            }
        }
    }

    fn decide(&mut self, trace_id: TraceId, mut spans: Vec<Span>) {
        let Some(root) = spans.iter().find(|span| span.parent == SpanId::default()) else {
            self.stats.late_spans += spans.len() as u64;
            return;
        };
        let slow = root.end_ns - root.start_ns >= self.options.slow_ns;
        let sampled = ((trace_id.0 >> 64) as u64).is_multiple_of(self.options.keep_one_in.max(1));
        if slow || sampled || spans.iter().any(|span| span.error.is_some()) {
            self.stats.kept += 1;
            self.stats.kept_spans += spans.len() as u64;
            self.kept.push_back(spans.as_slice().into());
            while self.stats.kept_spans as usize > self.options.max_spans {
                let Some(oldest) = self.kept.pop_front() else { break };
                self.stats.kept_spans -= oldest.len() as u64;
                self.stats.kept -= 1;
                self.stats.evicted += 1;
                self.lost_until_ns = self.lost_until_ns.max(start_of(&oldest));
            }
        } else {
            self.stats.sampled_out += 1;
        }
        spans.clear();
        self.spare.push(spans);
    }

    /// Counts the kept traces that are meant.
    pub fn query(&self, query: &TraceQuery, catalog: &Catalog) -> TraceMatches {
        let mut matches = TraceMatches::default();
        if self.stats.evicted > 0 && self.lost_until_ns >= query.from_ns {
            matches.lost = self.stats.evicted;
        }
        for spans in self.kept.iter().filter(|spans| query.matches(spans, catalog)) {
            matches.count += 1;
            if matches.examples.len() < 10 {
                matches.examples.push(spans[0].trace_id);
            }
        }
        matches
    }

    /// The kept traces, oldest first, each a list of spans in the order in which they ended.
    pub fn kept(&self) -> impl Iterator<Item = &[Span]> {
        self.kept.iter().map(|spans| &**spans)
    }

    /// What became of the traces so far.
    pub fn stats(&self) -> TraceStats {
        self.stats
    }
}

fn start_of(spans: &[Span]) -> i64 {
    spans.iter().map(|span| span.start_ns).min().unwrap_or(i64::MIN)
}
