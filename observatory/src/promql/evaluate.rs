//! The evaluation of nodes at one time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::node::{At, Node, Shift};
use super::value::in_order;
use super::{Annotations, Element, Options, QueryError};
use crate::series::{SeriesId, Store};

/// One evaluation of one query.
pub(super) struct Evaluation<'a> {
    pub(super) store: &'a Store,
    pub(super) options: &'a Options,
    /// The first and the last time of the whole query.
    bounds: (i64, i64),
    /// What each selector selects, once it is known.
    pub(super) selected: RefCell<Vec<Option<Rc<[SeriesId]>>>>,
    /// How many more samples may be held.
    left: Cell<u64>,
    /// `None` where nobody asked.
    annotations: Option<RefCell<Annotations>>,
}

/// What a node evaluates to at one time.
#[derive(Debug)]
pub(super) enum Data {
    Scalar(f64),
    Vector(Vec<Element>),
    Text(String),
}

impl Data {
    fn kind(&self) -> &'static str {
        match self {
            Self::Scalar(_) => "a scalar",
            Self::Vector(_) => "an instant vector",
            Self::Text(_) => "a string",
        }
    }
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(store: &'a Store, options: &'a Options, bounds: (i64, i64), selectors: usize) -> Self {
        let selected = RefCell::new(vec![None; selectors]);
        let left = Cell::new(options.max_samples);
        Self { store, options, bounds, selected, left, annotations: None }
    }

    /// The same, which takes down annotations.
    pub(super) fn annotated(mut self) -> Self {
        self.annotations = Some(RefCell::default());
        self
    }

    pub(super) fn annotations(self) -> Annotations {
        self.annotations.map(RefCell::into_inner).unwrap_or_default()
    }

    pub(super) fn warn(&self, text: impl FnOnce() -> String) {
        if let Some(annotations) = &self.annotations {
            annotations.borrow_mut().warnings.insert(text());
        }
    }

    pub(super) fn inform(&self, text: impl FnOnce() -> String) {
        if let Some(annotations) = &self.annotations {
            annotations.borrow_mut().infos.insert(text());
        }
    }

    /// Warns of a quantile that is none.
    pub(super) fn check_quantile(&self, q: f64) {
        if !(0.0..=1.0).contains(&q) {
            self.warn(|| format!("quantile value should be between 0 and 1, got {q}"));
        }
    }

    /// The value of a node.
    pub(super) fn evaluate(&self, node: &Node, time_ms: i64) -> Result<Data, QueryError> {
        match node {
            Node::Number(value) => Ok(Data::Scalar(*value)),
            Node::Text(text) => Ok(Data::Text(text.clone())),
            Node::Instant(selection) => self.instant(selection, time_ms).map(Data::Vector),
            Node::Range { .. } | Node::Subquery(_) => {
                Err(QueryError::evaluation("a range vector stands where an instant vector is expected"))
            }
            Node::Negation(inner) => match self.evaluate(inner, time_ms)? {
                Data::Vector(vector) => map(vector, |value| -value).map(Data::Vector),
                Data::Scalar(value) => Ok(Data::Scalar(-value)),
                text @ Data::Text(_) => Err(mismatch("a number", &text)),
            },
            Node::Binary(binary) => self.binary(binary, time_ms),
            Node::Aggregate(aggregate) => self.aggregate(aggregate, time_ms).map(Data::Vector),
            Node::Call(function, arguments) => function.call(self, arguments, time_ms),
        }
    }

    /// The value of a node that is an instant vector.
    pub(super) fn vector(&self, node: &Node, time_ms: i64) -> Result<Vec<Element>, QueryError> {
        match self.evaluate(node, time_ms)? {
            Data::Vector(vector) => Ok(vector),
            other => Err(mismatch("an instant vector", &other)),
        }
    }

    /// The value of a node that is a scalar.
    pub(super) fn scalar(&self, node: &Node, time_ms: i64) -> Result<f64, QueryError> {
        match self.evaluate(node, time_ms)? {
            Data::Scalar(value) => Ok(value),
            other => Err(mismatch("a scalar", &other)),
        }
    }

    /// The value of a node that is a string.
    pub(super) fn text(&self, node: &Node, time_ms: i64) -> Result<String, QueryError> {
        match self.evaluate(node, time_ms)? {
            Data::Text(text) => Ok(text),
            other => Err(mismatch("a string", &other)),
        }
    }

    /// The time that a selector or subquery means.
    pub(super) fn shifted(&self, shift: Shift, time_ms: i64) -> i64 {
        let time_ms = match shift.at {
            None => time_ms,
            Some(At::Start) => self.bounds.0,
            Some(At::End) => self.bounds.1,
            Some(At::Time(at_ms)) => at_ms,
        };
        time_ms.saturating_sub(shift.offset_ms)
    }

    /// Accounts for samples that are held.
    pub(super) fn spend(&self, samples: u64) -> Result<(), QueryError> {
        let left = self.left.get().checked_sub(samples);
        self.left.set(left.ok_or_else(|| QueryError::Limit {
            what: format!("it needs more than {} samples", self.options.max_samples),
        })?);
        Ok(())
    }
}

fn mismatch(expected: &str, got: &Data) -> QueryError {
    QueryError::evaluation(format!("{expected} is expected, but this is {}", got.kind()))
}

/// Replaces every value; the result has no metric name any more.
pub(super) fn map(vector: Vec<Element>, value: impl Fn(f64) -> f64) -> Result<Vec<Element>, QueryError> {
    let unnamed =
        |element: Element| Element { labels: element.labels.without_name(), value: value(element.value) };
    in_order(vector.into_iter().map(unnamed).collect())
}
