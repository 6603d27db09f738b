//! Functions on label sets.

use std::cmp::Ordering;

use regex::Regex;

use super::super::evaluate::{Data, Evaluation};
use super::super::node::Node;
use super::super::value::in_order;
use super::{QueryError, argument};
use crate::promql::Element;

pub(super) fn replace(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let vector = evaluation.vector(argument(arguments, 0)?, time_ms)?;
    let [target, replacement, source, pattern] = &texts(evaluation, &arguments[1..], time_ms)?[..] else {
        return Err(QueryError::evaluation("label_replace needs a vector and four strings"));
    };
    check_name(target)?;
    let regex = Regex::new(&format!("^(?s:{pattern})$")).map_err(|_| {
        QueryError::evaluation(format!("invalid regular expression in label_replace(): {pattern}"))
    })?;
    let replaced = vector.into_iter().map(|element| {
        let Some(captures) = regex.captures(element.labels.get(source).unwrap_or_default()) else {
            return element;
        };
        let mut value = String::new();
        captures.expand(replacement, &mut value);
        Element { labels: element.labels.with(target, &value), ..element }
    });
    in_order(replaced.collect()).map(Data::Vector)
}

pub(super) fn join(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let vector = evaluation.vector(argument(arguments, 0)?, time_ms)?;
    let [target, separator, sources @ ..] = &texts(evaluation, &arguments[1..], time_ms)?[..] else {
        return Err(QueryError::evaluation("label_join needs a vector, a label and a separator"));
    };
    check_name(target)?;
    let joined = vector.into_iter().map(|element| {
        let values = sources.iter().map(|source| element.labels.get(source).unwrap_or_default());
        let value = values.collect::<Vec<_>>().join(separator);
        Element { labels: element.labels.with(target, &value), ..element }
    });
    in_order(joined.collect()).map(Data::Vector)
}

pub(super) fn sort(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    sorted(evaluation, arguments, time_ms).map(Data::Vector)
}

pub(super) fn sort_desc(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let mut vector = sorted(evaluation, arguments, time_ms)?;
    vector.reverse();
    Ok(Data::Vector(vector))
}

fn sorted(evaluation: &Evaluation<'_>, arguments: &[Node], time_ms: i64) -> Result<Vec<Element>, QueryError> {
    let mut vector = evaluation.vector(argument(arguments, 0)?, time_ms)?;
    let names = texts(evaluation, &arguments[1..], time_ms)?;
    vector.sort_by(|a, b| {
        let of = |element: &Element, name: &str| element.labels.get(name).unwrap_or_default().to_owned();
        let differing = names.iter().map(|name| natural(&of(a, name), &of(b, name)));
        differing.fold(Ordering::Equal, Ordering::then).then_with(|| a.labels.cmp(&b.labels))
    });
    Ok(vector)
}

/// The order in which a person sorts names: runs of digits count as numbers.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (chunks(a).into_iter(), chunks(b).into_iter());
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (Some(a), Some(b)) => match (number(a), number(b)) {
                (Some(x), Some(y)) => x.cmp(&y).then_with(|| a.cmp(b)),
                _ => a.cmp(b),
            },
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// A run of digits without leading zeros: its length tells more than its digits.
fn number(chunk: &str) -> Option<(usize, &str)> {
    let digits = chunk.starts_with(|c: char| c.is_ascii_digit()).then(|| chunk.trim_start_matches('0'))?;
    Some((digits.len(), digits))
}

fn chunks(text: &str) -> Vec<&str> {
    let mut chunks = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
        let (chunk, after) = rest.split_at(end);
        chunks.push(chunk);
        rest = after;
    }
    chunks
}

fn texts(evaluation: &Evaluation<'_>, nodes: &[Node], time_ms: i64) -> Result<Vec<String>, QueryError> {
    nodes.iter().map(|node| evaluation.text(node, time_ms)).collect()
}

fn check_name(name: &str) -> Result<(), QueryError> {
    let mut rest = name.chars();
    let start = rest.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    if start && rest.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Ok(());
    }
    Err(QueryError::evaluation(format!("invalid destination label name: {name:?}")))
}
