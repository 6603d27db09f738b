//! What a query says about itself: what it reads, and how far back.

use super::node::{At, Node, Selection, Shift};
use super::{Options, Query, Semantics};
use crate::series::{Matcher, SeriesId, Store, is_stale};

/// One selector of a query.
#[derive(Debug, Clone)]
pub struct Selector {
    /// As PromQL, without modifiers of time.
    pub text: String,
    /// What it selects.
    pub matchers: Vec<Matcher>,
    /// How far back of the evaluation it reads, offsets, subqueries and lookback included, milliseconds; as long
    /// as can be where `@` pins it to a time.
    pub window_ms: i64,
    /// How far back of the evaluation its window ends, milliseconds; negative where it looks ahead.
    pub until_ms: i64,
}

impl Query {
    /// Its selectors, from left to right, with Prometheus' default lookback.
    pub fn selectors(&self) -> Vec<Selector> {
        self.reads(Options::default().lookback_ms)
    }

    fn reads(&self, lookback_ms: i64) -> Vec<Selector> {
        let mut walk = Walk { lookback_ms, found: Vec::new() };
        walk.visit(&self.root, 0, 0);
        walk.found
    }

    /// How far back of the evaluation time it reads at most, milliseconds: what a store must retain for it.
    pub fn reach_back_ms(&self) -> i64 {
        self.selectors().iter().map(|selector| selector.window_ms).max().unwrap_or(0)
    }

    /// Whether every selector has at least one sample to read at a time.
    pub fn matched(&self, store: &Store, options: &Options, time_ms: i64) -> bool {
        self.reads(options.lookback_ms).iter().all(|selector| {
            let to_ms = time_ms.saturating_sub(selector.until_ms);
            let far_ms = time_ms.saturating_sub(selector.window_ms);
            let after_ms = far_ms.saturating_sub(i64::from(options.semantics == Semantics::V2));
            let seen = |&id: &SeriesId| {
                let latest = store.latest(id, to_ms);
                latest.is_some_and(|sample| sample.time_ms > after_ms && !is_stale(sample.value))
                    || store.summary(id, after_ms, to_ms).is_some()
            };
            store.select(&selector.matchers).iter().any(seen)
        })
    }
}

/// Collects selectors.
struct Walk {
    lookback_ms: i64,
    found: Vec<Selector>,
}

impl Walk {
    /// A node that is evaluated between `near` and `far` milliseconds back.
    fn visit(&mut self, node: &Node, near: i64, far: i64) {
        match node {
            Node::Number(_) | Node::Text(_) => {}
            Node::Instant(selection) => self.add(selection, self.lookback_ms, near, far),
            Node::Range { selection, window_ms } => self.add(selection, *window_ms, near, far),
            Node::Subquery(subquery) => {
                let (near, far) = moved(subquery.shift, near, far);
                self.visit(&subquery.inner, near, far.saturating_add(subquery.range_ms));
            }
            Node::Negation(inner) => self.visit(inner, near, far),
            Node::Binary(binary) => {
                self.visit(&binary.left, near, far);
                self.visit(&binary.right, near, far);
            }
            Node::Aggregate(aggregate) => {
                aggregate.parameter.iter().for_each(|parameter| self.visit(parameter, near, far));
                self.visit(&aggregate.inner, near, far);
            }
            Node::Call(_, arguments) => {
                arguments.iter().for_each(|argument| self.visit(argument, near, far));
            }
        }
    }

    fn add(&mut self, selection: &Selection, window_ms: i64, near: i64, far: i64) {
        let (near, far) = moved(selection.shift, near, far);
        self.found.push(Selector {
            text: selection.text.clone(),
            matchers: selection.matchers.clone(),
            window_ms: far.saturating_add(window_ms),
            until_ms: near,
        });
    }
}

/// How far back a shifted node is evaluated.
fn moved(shift: Shift, near: i64, far: i64) -> (i64, i64) {
    match shift.at {
        // Of an instant query, start and end are the evaluation itself.
        Some(At::Start | At::End) => (shift.offset_ms, shift.offset_ms),
        Some(At::Time(_)) => (i64::MIN, i64::MAX),
        None => (near.saturating_add(shift.offset_ms), far.saturating_add(shift.offset_ms)),
    }
}
