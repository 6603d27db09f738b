//! What a query says about itself: what it reads, and how far back.

use super::binary::BinaryOp;
use super::node::{At, Node, Selection, Shift};
use super::sets::SetOp;
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

/// What must be there for an expression to judge by; selectors by their place in [`Query::selectors`].
#[derive(Debug, Clone)]
pub enum Need {
    /// A sample that a selector can read.
    Selector(usize),
    /// All of these. Of none: nothing, as for `vector(0)`, and for what `absent` looks for.
    All(Vec<Need>),
    /// One of these is enough: the other side of an `or` stands in.
    Any(Vec<Need>),
}

impl Need {
    /// Whether it is met, where `seen` tells it of a selector.
    pub fn is_met(&self, seen: &mut dyn FnMut(usize) -> bool) -> bool {
        match self {
            Self::Selector(index) => seen(*index),
            Self::All(needs) => needs.iter().all(|need| need.is_met(seen)),
            Self::Any(needs) => needs.iter().any(|need| need.is_met(seen)),
        }
    }
}

impl Query {
    /// Its selectors, from left to right, with Prometheus' default lookback.
    pub fn selectors(&self) -> Vec<Selector> {
        self.reads(Options::default().lookback_ms).0
    }

    /// Which of its selectors must find something.
    pub fn need(&self) -> Need {
        self.reads(Options::default().lookback_ms).1
    }

    /// Its selectors, and which of them must find something, where the lookback is another than Prometheus' default.
    pub fn reads(&self, lookback_ms: i64) -> (Vec<Selector>, Need) {
        let mut walk = Walk { lookback_ms, found: Vec::new() };
        let need = walk.visit(&self.root, 0, 0);
        (walk.found, need)
    }

    /// How far back of the evaluation time it reads at most, milliseconds: what a store must retain for it.
    pub fn reach_back_ms(&self) -> i64 {
        self.selectors().iter().map(|selector| selector.window_ms).max().unwrap_or(0)
    }

    /// Whether every selector has at least one sample to read at a time, but for those whose absence the expression
    /// handles ([`Self::need`]).
    pub fn matched(&self, store: &Store, options: &Options, time_ms: i64) -> bool {
        let (selectors, need) = self.reads(options.lookback_ms);
        need.is_met(&mut |index| {
            let selector = &selectors[index];
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
    /// A node that is evaluated between `near` and `far` milliseconds back; returns what it needs.
    fn visit(&mut self, node: &Node, near: i64, far: i64) -> Need {
        match node {
            Node::Number(_) | Node::Text(_) => Need::All(Vec::new()),
            Node::Instant(selection) => self.add(selection, self.lookback_ms, near, far),
            Node::Range { selection, window_ms } => self.add(selection, *window_ms, near, far),
            Node::Subquery(subquery) => {
                let (near, far) = moved(subquery.shift, near, far);
                self.visit(&subquery.inner, near, far.saturating_add(subquery.range_ms))
            }
            Node::Negation(inner) => self.visit(inner, near, far),
            Node::Binary(binary) => {
                let sides = vec![self.visit(&binary.left, near, far), self.visit(&binary.right, near, far)];
                match binary.op {
                    BinaryOp::Set(SetOp::Or) if !filters(&binary.right) => Need::Any(sides),
                    _ => Need::All(sides),
                }
            }
            Node::Aggregate(aggregate) => {
                let parts = aggregate.parameter.iter().chain([&aggregate.inner]);
                Need::All(parts.map(|part| self.visit(part, near, far)).collect())
            }
            Node::Call(function, arguments) => {
                let needs = arguments.iter().map(|argument| self.visit(argument, near, far)).collect();
                let absence = matches!(function.name, "absent" | "absent_over_time");
                Need::All(if absence { Vec::new() } else { needs })
            }
        }
    }

    fn add(&mut self, selection: &Selection, window_ms: i64, near: i64, far: i64) -> Need {
        let (near, far) = moved(selection.shift, near, far);
        self.found.push(Selector {
            text: selection.text.clone(),
            matchers: selection.matchers.clone(),
            window_ms: far.saturating_add(window_ms),
            until_ms: near,
        });
        Need::Selector(self.found.len() - 1)
    }
}

/// Whether a node may have no result although its series are there. On the right of an `or` such a node is one more
/// condition (`a > 1 or b > 1`) and stands in for nothing.
fn filters(node: &Node) -> bool {
    match node {
        Node::Number(_) | Node::Text(_) | Node::Instant(_) | Node::Range { .. } => false,
        Node::Subquery(subquery) => filters(&subquery.inner),
        Node::Negation(inner) => filters(inner),
        Node::Aggregate(aggregate) => filters(&aggregate.inner),
        Node::Call(_, arguments) => arguments.iter().any(filters),
        Node::Binary(binary) => match binary.op {
            BinaryOp::Compare(_) => !binary.as_bool || filters(&binary.left) || filters(&binary.right),
            BinaryOp::Set(SetOp::Or) => filters(&binary.right),
            BinaryOp::Set(_) => true,
            BinaryOp::Arithmetic(_) => filters(&binary.left) || filters(&binary.right),
        },
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
