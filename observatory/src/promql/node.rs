//! The tree that is evaluated: names resolved, durations in milliseconds, parentheses gone.

use super::aggregate::AggregateOp;
use super::binary::BinaryOp;
use super::functions::Function;
use crate::series::Matcher;

/// One expression.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Number(f64),
    Text(String),
    /// The latest sample of every selected series.
    Instant(Selection),
    /// The samples of every selected series in a window.
    Range {
        selection: Selection,
        window_ms: i64,
    },
    Subquery(Box<Subquery>),
    Negation(Box<Node>),
    Binary(Box<Binary>),
    Aggregate(Box<Aggregate>),
    Call(&'static Function, Vec<Node>),
}

/// Which series, and when.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    /// As PromQL, without modifiers of time.
    pub(super) text: String,
    pub(super) matchers: Vec<Matcher>,
    pub(super) shift: Shift,
    /// Its place among the selectors of the query.
    pub(super) slot: usize,
}

/// `offset` and `@`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shift {
    pub(super) at: Option<At>,
    pub(super) offset_ms: i64,
}

/// The time that `@` names.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    Start,
    End,
    Time(i64),
}

#[derive(Debug, Clone)]
pub(super) struct Subquery {
    pub(super) inner: Node,
    pub(super) range_ms: i64,
    pub(super) step_ms: i64,
    pub(super) shift: Shift,
}

#[derive(Debug, Clone)]
pub(super) struct Binary {
    pub(super) op: BinaryOp,
    pub(super) left: Node,
    pub(super) right: Node,
    /// `bool`: 0 or 1 instead of a filter.
    pub(super) as_bool: bool,
    pub(super) matching: Matching,
}

/// How two vectors are matched.
#[derive(Debug, Clone)]
pub(super) struct Matching {
    /// By which labels.
    pub(super) by: Grouping,
    pub(super) cardinality: Cardinality,
    /// Labels that are copied from the "one" side.
    pub(super) include: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cardinality {
    OneToOne,
    /// `group_left`
    ManyToOne,
    /// `group_right`
    OneToMany,
}

/// Label names that count (`on`, `by`) or that do not (`ignoring`, `without`).
#[derive(Debug, Clone)]
pub(super) struct Grouping {
    pub(super) only: bool,
    pub(super) labels: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Aggregate {
    pub(super) op: AggregateOp,
    pub(super) by: Grouping,
    pub(super) parameter: Option<Node>,
    pub(super) inner: Node,
}

impl Node {
    /// Whether the order of its elements is part of its result.
    pub(super) fn sorts(&self) -> bool {
        match self {
            Self::Aggregate(aggregate) => matches!(aggregate.op, AggregateOp::TopK | AggregateOp::BottomK),
            Self::Call(function, _) => function.name.starts_with("sort"),
            _ => false,
        }
    }
}
