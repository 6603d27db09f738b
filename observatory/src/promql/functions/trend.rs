//! Trends: linear regression and double exponential smoothing.

use super::super::select::Window;
use crate::series::{Sample, Sum};

pub(super) fn deriv(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let samples = window.samples();
    regression(&samples, samples.first()?.time_ms).map(|(slope, _)| slope)
}

pub(super) fn predict(window: &Window<'_>, scalars: &[f64]) -> Option<f64> {
    let (slope, intercept) = regression(&window.samples(), window.time_ms)?;
    Some(slope * scalars.first()? + intercept)
}

/// The slope per second and the value at a time of the line that fits best; of at least two samples.
fn regression(samples: &[Sample], origin_ms: i64) -> Option<(f64, f64)> {
    let [first, _, ..] = samples else { return None };
    if samples.iter().all(|sample| sample.value == first.value) {
        return Some(if first.value.is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, first.value) });
    }
    let mut sums = [Sum::default(); 4];
    for sample in samples {
        let x = (sample.time_ms - origin_ms) as f64 / 1000.0;
        let terms = [x, sample.value, x * sample.value, x * x];
        sums = std::array::from_fn(|index| sums[index].plus(terms[index]));
    }
    let [x, y, xy, xx] = sums.map(Sum::value);
    let n = samples.len() as f64;
    let slope = (xy - x * y / n) / (xx - x * x / n);
    Some((slope, y / n - slope * x / n))
}

/// Holt's double exponential smoothing, with the smoothing factors of level and trend; at least two samples.
pub(super) fn smooth(window: &Window<'_>, scalars: &[f64]) -> Option<f64> {
    let samples = window.samples();
    let (&[level_factor, trend_factor], [first, second, ..]) = (scalars, &samples[..]) else { return None };
    let mut trend = second.value - first.value;
    let (mut before, mut level) = (0.0, first.value);
    for (index, sample) in samples.iter().enumerate().skip(1) {
        if index > 1 {
            trend = trend_factor * (level - before) + (1.0 - trend_factor) * trend;
        }
        let smoothed = level_factor * sample.value + (1.0 - level_factor) * (level + trend);
        (before, level) = (level, smoothed);
    }
    Some(level)
}
