//! Statistics of plain values, added up in the order given, as Prometheus does.

use crate::series::Sum;

/// The arithmetic mean; where the sum overflows, the mean is updated value by value.
pub(super) fn mean(values: &[f64]) -> f64 {
    let mut sum = Sum::default();
    for (before, &value) in values.iter().enumerate() {
        let next = sum.plus(value);
        if next.value().is_infinite() {
            return running_mean(sum.value() / before as f64, before, &values[before..]);
        }
        sum = next;
    }
    sum.value() / values.len() as f64
}

/// The mean of `before` values whose mean is known and of more.
fn running_mean(known: f64, before: usize, more: &[f64]) -> f64 {
    let mut mean = if before == 0 { 0.0 } else { known };
    for (index, &value) in more.iter().enumerate() {
        // An infinite mean stays, unless the other infinity or NaN comes.
        let same_side = value.is_infinite() && (value > 0.0) == (mean > 0.0);
        if mean.is_infinite() && (same_side || value.is_finite()) {
            continue;
        }
        let count = (before + index + 1) as f64;
        mean += value / count - mean / count;
    }
    mean
}

/// The population variance (Welford's method).
pub(super) fn variance(values: &[f64]) -> f64 {
    let (mut mean, mut squares) = (Sum::default(), Sum::default());
    for (before, &value) in values.iter().enumerate() {
        let delta = value - mean.value();
        mean = mean.plus(delta / (before + 1) as f64);
        squares = squares.plus(delta * (value - mean.value()));
    }
    squares.value() / values.len() as f64
}

/// The quantile, interpolated between the closest ranks; NaN counts as the least value.
pub(super) fn quantile(q: f64, values: &[f64]) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.is_nan().cmp(&a.is_nan()).then(a.total_cmp(b)));
    let rank = q * (sorted.len() - 1) as f64;
    let lower = rank.floor();
    let upper = sorted.len().min(lower as usize + 2) - 1;
    let weight = rank - lower;
    sorted[lower as usize] * (1.0 - weight) + sorted[upper] * weight
}
