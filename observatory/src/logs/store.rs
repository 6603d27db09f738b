//! Bounded storage of log records.

use std::collections::VecDeque;

use regex::Regex;
use sim_core::telemetry::{Catalog, LogRecord, Severity, TraceId};

/// How much a [`LogStore`] keeps.
#[derive(Debug, Clone, Copy)]
pub struct LogStoreOptions {
    /// Records per severity; the oldest go first.
    pub records_per_severity: usize,
}

impl Default for LogStoreOptions {
    fn default() -> Self {
        Self { records_per_severity: 250_000 }
    }
}

/// Which log lines are meant.
#[derive(Debug, Clone)]
pub struct LogQuery {
    /// Written by this service.
    pub service: String,
    /// The text matches somewhere.
    pub pattern: Regex,
    /// It carries a trace id.
    pub with_trace_id: bool,
    /// Written at or after this, nanoseconds since the Unix epoch.
    pub from_ns: i64,
    /// Written before this.
    pub to_ns: i64,
}

/// The answer to a [`LogQuery`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogMatches {
    /// How many kept lines match.
    pub count: u64,
    /// The first of them, at most ten: time, text and trace.
    pub examples: Vec<(i64, String, TraceId)>,
    /// How many lines the store has lost for want of space, if some of them may be of that time: the count is a lower
    /// bound then.
    pub lost: u64,
}

#[derive(Debug, Default)]
struct Ring {
    records: VecDeque<LogRecord>,
    lost: u64,
    lost_until_ns: i64,
}

/// Log records of a run, bounded in number.
#[derive(Debug)]
pub struct LogStore {
    options: LogStoreOptions,
    rings: [Ring; 3],
}

impl LogStore {
    /// An empty store.
    pub fn new(options: LogStoreOptions) -> Self {
        Self { options, rings: Default::default() }
    }

    /// Takes a record in, to its place in the order of time: several processes may speak at once.
    pub fn push(&mut self, severity: Severity, record: LogRecord) {
        let ring = &mut self.rings[severity as usize];
        if ring.records.len() >= self.options.records_per_severity
            && let Some(oldest) = ring.records.pop_front()
        {
            ring.lost += 1;
            ring.lost_until_ns = ring.lost_until_ns.max(oldest.time_ns);
        }
        if ring.records.back().is_none_or(|last| last.time_ns <= record.time_ns) {
            ring.records.push_back(record);
        } else {
            let place = ring.records.partition_point(|other| other.time_ns <= record.time_ns);
            ring.records.insert(place, record);
        }
    }

    /// Counts the lines that are meant.
    pub fn query(&self, query: &LogQuery, catalog: &Catalog) -> LogMatches {
        let wanted: Vec<bool> = catalog
            .logs()
            .iter()
            .map(|shape| shape.service == query.service && query.pattern.is_match(&shape.body))
            .collect();
        let mut matches = LogMatches::default();
        for ring in &self.rings {
            if ring.lost > 0 && ring.lost_until_ns >= query.from_ns {
                matches.lost += ring.lost;
            }
            let first = ring.records.partition_point(|record| record.time_ns < query.from_ns);
            for record in ring.records.range(first..).take_while(|record| record.time_ns < query.to_ns) {
                let traced = !query.with_trace_id || record.trace_id != TraceId::default();
                if !wanted[record.shape as usize] || !traced {
                    continue;
                }
                matches.count += 1;
                if matches.examples.len() < 10 {
                    let body = catalog.log(record.shape).body.clone();
                    matches.examples.push((record.time_ns, body, record.trace_id));
                }
            }
        }
        matches
    }

    /// How many records are kept.
    pub fn len(&self) -> usize {
        self.rings.iter().map(|ring| ring.records.len()).sum()
    }

    /// Whether nothing was kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
