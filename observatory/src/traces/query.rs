//! Questions to the trace store.

use sim_core::telemetry::{Catalog, Span, TraceId};

/// Which traces are meant; every condition that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceQuery {
    /// A span of this service takes part.
    pub through: Option<String>,
    /// … and one of that service's spans ended in an error.
    pub error: bool,
    /// … and that service called this service or database; with `error`, that very call failed.
    pub calling: Option<String>,
    /// The trace begins at or after this, nanoseconds since the Unix epoch.
    pub from_ns: i64,
    /// The trace begins before this.
    pub to_ns: i64,
}

/// The answer to a [`TraceQuery`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceMatches {
    /// How many kept traces match.
    pub count: u64,
    /// The first of them, at most ten.
    pub examples: Vec<TraceId>,
    /// How many traces the store has lost for want of space, if some of them may be of that time: the count is a lower
    /// bound then.
    pub lost: u64,
}

impl TraceQuery {
    /// Whether a whole trace is meant.
    pub fn matches(&self, spans: &[Span], catalog: &Catalog) -> bool {
        let Some(start) = spans.iter().map(|span| span.start_ns).min() else { return false };
        if start < self.from_ns || start >= self.to_ns {
            return false;
        }
        let is_through = |span: &&Span| {
            self.through.as_ref().is_none_or(|service| catalog.span(span.shape).service == *service)
        };
        let mut own = spans.iter().filter(is_through).peekable();
        if own.peek().is_none() {
            return false;
        }
        match &self.calling {
            None => !self.error || own.any(|span| span.error.is_some()),
            Some(peer) => own.any(|span| {
                catalog.span(span.shape).peer.as_ref() == Some(peer) && (!self.error || span.error.is_some())
            }),
        }
    }
}
