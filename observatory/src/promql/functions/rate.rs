//! Counters and their growth, extrapolated to the whole window as Prometheus does it.

use super::super::select::Window;
use crate::promql::Semantics;
use crate::series::Summary;

pub(super) fn rate(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    Some(increase(window, &[])? / window.seconds())
}

pub(super) fn increase(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let all = window.summary()?;
    extrapolated(window, &all, all.growth(), true)
}

pub(super) fn delta(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let all = window.summary()?;
    extrapolated(window, &all, all.last.value - all.first.value, false)
}

/// Stretches what was seen between the first and the last sample to the window's borders, but where a border is
/// farther away than samples usually are from each other, the series is taken to begin or end half an interval
/// beyond the sample. A counter is not taken below zero.
fn extrapolated(window: &Window<'_>, all: &Summary, seen: f64, counter: bool) -> Option<f64> {
    if all.count < 2 {
        return None;
    }
    let sampled = (all.last.time_ms - all.first.time_ms) as f64 / 1000.0;
    let interval = sampled / (all.count - 1) as f64;
    let stretch = |gap: f64| if gap >= interval * 1.1 { interval / 2.0 } else { gap };
    let gap = |from_ms: i64, to_ms: i64| (to_ms - from_ms) as f64 / 1000.0;
    let since_zero = if counter && seen > 0.0 && all.first.value >= 0.0 {
        sampled * (all.first.value / seen)
    } else {
        f64::INFINITY
    };
    let before = gap(window.start_ms, all.first.time_ms);
    let before = match window.semantics {
        // Prometheus 2 went back to zero even where half an interval would have been less.
        Semantics::V2 => stretch(before.min(since_zero)),
        Semantics::V3 => stretch(before).min(since_zero),
    };
    let after = stretch(gap(all.last.time_ms, window.end_ms));
    Some(seen * ((sampled + before + after) / sampled))
}

pub(super) fn irate(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let [.., before, last] = window.samples()[..] else { return None };
    let growth = if last.value < before.value { last.value } else { last.value - before.value };
    Some(growth / ((last.time_ms - before.time_ms) as f64 / 1000.0))
}

pub(super) fn idelta(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let [.., before, last] = window.samples()[..] else { return None };
    Some(last.value - before.value)
}

pub(super) fn resets(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| all.resets as f64)
}

pub(super) fn changes(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.summary().map(|all| all.changes as f64)
}
