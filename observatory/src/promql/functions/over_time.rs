//! What the samples of a window amount to.

use super::super::select::Window;
use super::super::statistics;
use crate::series::Sample;

pub(super) fn count(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| all.count as f64)
}

pub(super) fn present(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|_| 1.0)
}

pub(super) fn first(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| all.first.value)
}

pub(super) fn last(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| all.last.value)
}

pub(super) fn min(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| all.min)
}

pub(super) fn max(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| all.max)
}

pub(super) fn sum(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| all.sum.value())
}

pub(super) fn avg(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let all = window.summary()?;
    let sum = all.sum.value();
    // A sum that overflows may still have a mean.
    Some(if sum.is_finite() { sum / all.count as f64 } else { statistics::mean(&window.values()) })
}

pub(super) fn stdvar(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    some_of(window).map(|values| statistics::variance(&values))
}

pub(super) fn stddev(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    stdvar(window, &[]).map(f64::sqrt)
}

pub(super) fn quantile(window: &Window<'_>, scalars: &[f64]) -> Option<f64> {
    some_of(window).map(|values| statistics::quantile(*scalars.first().unwrap_or(&f64::NAN), &values))
}

/// The median absolute deviation.
pub(super) fn mad(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let values = some_of(window)?;
    let median = statistics::quantile(0.5, &values);
    let distances: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
    Some(statistics::quantile(0.5, &distances))
}

pub(super) fn time_of_first(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| seconds(all.first))
}

pub(super) fn time_of_last(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| seconds(all.last))
}

pub(super) fn time_of_min(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    time_of(window, |value, best| value <= best)
}

pub(super) fn time_of_max(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    time_of(window, |value, best| value >= best)
}

fn time_of(window: &Window<'_>, beats: fn(f64, f64) -> bool) -> Option<f64> {
    let better = |best: Sample, next: Sample| {
        if beats(next.value, best.value) || best.value.is_nan() { next } else { best }
    };
    window.samples().into_iter().reduce(better).map(seconds)
}

fn seconds(sample: Sample) -> f64 {
    sample.time_ms as f64 / 1000.0
}

fn some_of(window: &Window<'_>) -> Option<Vec<f64>> {
    let values = window.values();
    (!values.is_empty()).then_some(values)
}
