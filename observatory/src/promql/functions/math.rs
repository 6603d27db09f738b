//! Mathematics on single values.

use super::super::evaluate::{Data, Evaluation, map};
use super::super::node::Node;
use super::{QueryError, argument, scalars};

/// The lesser of two; NaN if either is.
fn least(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) }
}

/// The greater of two; NaN if either is.
fn greatest(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

pub(super) fn clamp_max(value: f64, scalars: &[f64]) -> f64 {
    scalars.iter().copied().fold(value, least)
}

pub(super) fn clamp_min(value: f64, scalars: &[f64]) -> f64 {
    scalars.iter().copied().fold(value, greatest)
}

/// Between two limits; nothing at all where they are crossed.
pub(super) fn clamp(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let vector = evaluation.vector(argument(arguments, 0)?, time_ms)?;
    let limits = scalars(evaluation, &arguments[1..], time_ms)?;
    let (min, max) = (*argument(&limits, 0)?, *argument(&limits, 1)?);
    if max < min {
        return Ok(Data::Vector(Vec::new()));
    }
    map(vector, |value| greatest(min, least(max, value))).map(Data::Vector)
}

/// To the nearest multiple (by default of 1), halves upwards.
pub(super) fn round(value: f64, scalars: &[f64]) -> f64 {
    // Through the inverse, as Prometheus does it, for fractions that are not exact in binary.
    let inverse = 1.0 / scalars.first().unwrap_or(&1.0);
    (value * inverse + 0.5).floor() / inverse
}

/// -1, 0 or 1; NaN stays.
pub(super) fn sign(value: f64) -> f64 {
    if value < 0.0 {
        -1.0
    } else if value > 0.0 {
        1.0
    } else {
        value
    }
}
