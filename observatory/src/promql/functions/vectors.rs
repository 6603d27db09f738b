//! Functions on whole vectors.

use std::cmp::Ordering;

use super::super::evaluate::{Data, Evaluation, map};
use super::super::node::{Node, Selection};
use super::super::value::in_order;
use super::{QueryError, argument};
use crate::promql::Element;
use crate::series::{Labels, MatchOp, NAME};

pub(super) fn absent(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let node = argument(arguments, 0)?;
    let empty = evaluation.vector(node, time_ms)?.is_empty();
    Ok(Data::Vector(if empty { vec![missing(node)] } else { Vec::new() }))
}

pub(super) fn absent_over_time(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let node = argument(arguments, 0)?;
    let windows = evaluation.windows(node, time_ms)?;
    let empty = windows.iter().all(|window| window.summary().is_none());
    Ok(Data::Vector(if empty { vec![missing(node)] } else { Vec::new() }))
}

/// What stands for a series that is not there: the labels that its selector asks for, once and with `=`.
fn missing(node: &Node) -> Element {
    let matchers = match node {
        Node::Instant(Selection { matchers, .. })
        | Node::Range { selection: Selection { matchers, .. }, .. } => matchers.as_slice(),
        _ => &[],
    };
    let asked = matchers.iter().filter(|matcher| {
        let rivals = matchers.iter().filter(|other| other.name() == matcher.name()).count();
        matcher.name() != NAME && matcher.op() == MatchOp::Equal && rivals == 1
    });
    let labels = asked.map(|matcher| (matcher.name(), matcher.value())).collect();
    Element { labels, value: 1.0 }
}

pub(super) fn scalar(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let vector = evaluation.vector(argument(arguments, 0)?, time_ms)?;
    Ok(Data::Scalar(if let [only] = &vector[..] { only.value } else { f64::NAN }))
}

pub(super) fn vector(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let value = evaluation.scalar(argument(arguments, 0)?, time_ms)?;
    Ok(Data::Vector(vec![Element { labels: Labels::default(), value }]))
}

/// When a selected sample was taken; of anything computed, when it is evaluated.
pub(super) fn timestamp(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let seconds = |time_ms: i64| time_ms as f64 / 1000.0;
    let node = argument(arguments, 0)?;
    if let Node::Instant(selection) = node {
        let found = evaluation.latest(selection, time_ms)?.into_iter();
        let taken = found.map(|(labels, sample)| Element {
            labels: labels.without_name(),
            value: seconds(sample.time_ms),
        });
        return in_order(taken.collect()).map(Data::Vector);
    }
    map(evaluation.vector(node, time_ms)?, |_| seconds(time_ms)).map(Data::Vector)
}

pub(super) fn sort(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    sorted(evaluation, arguments, time_ms, |a, b| a.total_cmp(&b))
}

pub(super) fn sort_desc(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    sorted(evaluation, arguments, time_ms, |a, b| b.total_cmp(&a))
}

/// By value; NaN comes last either way.
fn sorted(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
    order: fn(f64, f64) -> Ordering,
) -> Result<Data, QueryError> {
    let mut vector = evaluation.vector(argument(arguments, 0)?, time_ms)?;
    vector.sort_by(|a, b| a.value.is_nan().cmp(&b.value.is_nan()).then_with(|| order(a.value, b.value)));
    Ok(Data::Vector(vector))
}
