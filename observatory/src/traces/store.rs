//! Collecting spans into traces and keeping the ones worth keeping.

use std::collections::VecDeque;

use sim_core::telemetry::{Catalog, Span, TraceId};

use super::open::{Open, is_root};
use super::whole::{drop_orphans, has_orphans};
use super::{TraceMatches, TraceQuery};

/// How a [`TraceStore`] collects and what it keeps.
#[derive(Debug, Clone, Copy)]
pub struct TraceStoreOptions {
    /// How long after the end of the root span late spans are waited for, whatever comes.
    pub linger_ns: i64,
    /// How long they are waited for where one is missing that another belongs to: a callee may go on long after its
    /// caller gave up. As long are spans kept whose root has not ended.
    pub patience_ns: i64,
    /// One of so many healthy traces is kept, chosen by its trace id; errors and slow ones are all kept.
    pub keep_one_in: u64,
    /// A trace is slow, and kept, from this duration on.
    pub slow_ns: i64,
    /// Spans kept in all; the oldest traces go first. As many may be offered of traces under way.
    pub max_spans: usize,
}

impl Default for TraceStoreOptions {
    fn default() -> Self {
        Self {
            linger_ns: 2_000_000_000,
            patience_ns: 60_000_000_000,
            keep_one_in: 100,
            slow_ns: 1_000_000_000,
            max_spans: 500_000,
        }
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
    /// Spans that came after their trace was decided on, or belong to one that did.
    pub late_spans: u64,
    /// Spans of kept traces.
    pub kept_spans: u64,
}

/// Spans of unfinished and of kept traces.
#[derive(Debug)]
pub struct TraceStore {
    options: TraceStoreOptions,
    open: Open,
    /// When to decide on which trace, and when its root ended or came; ascending.
    due: VecDeque<Due>,
    next_sweep_ns: i64,
    kept: VecDeque<Box<[Span]>>,
    stats: TraceStats,
    lost_until_ns: i64,
}

#[derive(Debug, Clone, Copy)]
struct Due {
    at_ns: i64,
    trace_id: TraceId,
    root_end_ns: i64,
}

impl TraceStore {
    /// An empty store.
    pub fn new(options: TraceStoreOptions) -> Self {
        Self {
            options,
            open: Open::default(),
            due: VecDeque::new(),
            next_sweep_ns: i64::MIN,
            kept: VecDeque::new(),
            stats: TraceStats::default(),
            lost_until_ns: i64::MIN,
        }
    }

    /// Takes a span in; spans come in the order in which they end.
    pub fn push(&mut self, span: Span) {
        self.take(span, span.end_ns);
    }

    /// Takes a span in that came at `now_ns`, in whatever order spans come. The waits count from when a root came, whatever
    /// it says of its end.
    ///
    /// # Errors
    /// Too many spans belong to traces under way: this one is not taken.
    pub fn offer(&mut self, span: Span, now_ns: i64) -> Result<(), &'static str> {
        if self.open.spans() >= self.options.max_spans {
            return Err("too many spans belong to traces whose root has not come");
        }
        self.take(span, now_ns);
        Ok(())
    }

    fn take(&mut self, span: Span, now_ns: i64) {
        self.advance(now_ns);
        if is_root(&span) {
            self.stats.finished += 1;
            let at_ns = now_ns.saturating_add(self.options.linger_ns);
            self.due.push_back(Due { at_ns, trace_id: span.trace_id, root_end_ns: now_ns });
        }
        self.open.push(span);
    }

    /// Decides on every trace that is due.
    pub fn advance(&mut self, now_ns: i64) {
        while let Some(due) = self.due.pop_front_if(|due| due.at_ns <= now_ns) {
            if let Some(spans) = self.open.take(due.trace_id) {
                self.decide(due, spans, now_ns);
            }
        }
        if now_ns >= self.next_sweep_ns {
            let swept = self.open.sweep(now_ns.saturating_sub(self.options.patience_ns));
            self.stats.late_spans += swept as u64;
            self.next_sweep_ns = now_ns.saturating_add(self.options.patience_ns);
        }
    }

    fn decide(&mut self, due: Due, mut spans: Vec<Span>, now_ns: i64) {
        if !self.wants(due.trace_id, &spans) {
            self.stats.sampled_out += 1;
        } else if has_orphans(&spans) && now_ns < due.root_end_ns.saturating_add(self.options.patience_ns) {
            let at_ns = now_ns.saturating_add(self.options.linger_ns.max(1));
            self.due.push_back(Due { at_ns, ..due });
            return self.open.put_back(due.trace_id, spans);
        } else {
            let came = spans.len();
            drop_orphans(&mut spans);
            self.stats.late_spans += (came - spans.len()) as u64;
            self.keep(spans.as_slice().into());
        }
        self.open.recycle(spans);
    }

    /// Tail sampling: every trace with an error, every slow one, and a share of the others.
    fn wants(&self, trace_id: TraceId, spans: &[Span]) -> bool {
        let slow = |root: &Span| root.end_ns - root.start_ns >= self.options.slow_ns;
        ((trace_id.0 >> 64) as u64).is_multiple_of(self.options.keep_one_in.max(1))
            || spans.iter().any(|span| span.error.is_some() || is_root(span) && slow(span))
    }

    fn keep(&mut self, spans: Box<[Span]>) {
        self.stats.kept += 1;
        self.stats.kept_spans += spans.len() as u64;
        self.kept.push_back(spans);
        while self.stats.kept_spans as usize > self.options.max_spans {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.stats.kept_spans -= oldest.len() as u64;
            self.stats.kept -= 1;
            self.stats.evicted += 1;
            self.lost_until_ns = self.lost_until_ns.max(start_of(&oldest));
        }
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
