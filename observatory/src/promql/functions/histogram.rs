//! Classic histograms: series that count what is at most `le`.

use std::collections::BTreeMap;

use super::super::evaluate::{Data, Evaluation};
use super::super::node::Node;
use super::{QueryError, argument, scalars};
use crate::promql::Element;
use crate::series::{Labels, NAME};

/// A cumulative bucket.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    upper: f64,
    count: f64,
}

pub(super) fn quantile(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let q = evaluation.scalar(argument(arguments, 0)?, time_ms)?;
    evaluation.check_quantile(q);
    of_each(evaluation, argument(arguments, 1)?, time_ms, |buckets| quantile_of(q, buckets))
}

pub(super) fn fraction(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
) -> Result<Data, QueryError> {
    let limits = scalars(evaluation, &arguments[..2], time_ms)?;
    let (lower, upper) = (*argument(&limits, 0)?, *argument(&limits, 1)?);
    of_each(evaluation, argument(arguments, 2)?, time_ms, |buckets| fraction_of(lower, upper, buckets))
}

/// Applies a function to the buckets of every histogram. Series without a proper `le` are not part of any.
fn of_each(
    evaluation: &Evaluation<'_>,
    node: &Node,
    time_ms: i64,
    apply: impl Fn(&[Bucket]) -> f64,
) -> Result<Data, QueryError> {
    let mut histograms = BTreeMap::<Labels, Vec<Bucket>>::new();
    for element in evaluation.vector(node, time_ms)? {
        let Some(upper) = element.labels.get("le").and_then(|bound| bound.parse::<f64>().ok()) else {
            evaluation.warn(|| {
                format!("bucket label \"le\" is missing or has a malformed value: {}", element.labels)
            });
            continue;
        };
        let labels = element.labels.filtered(|name| name != NAME && name != "le");
        histograms.entry(labels).or_default().push(Bucket { upper, count: element.value });
    }
    let applied = |(labels, mut buckets)| {
        if tidy(&mut buckets) {
            evaluation.inform(|| format!("a histogram was fixed to be monotonic: {labels}"));
        }
        Element { labels, value: apply(&buckets) }
    };
    Ok(Data::Vector(histograms.into_iter().map(applied).collect()))
}

/// Sorts buckets, adds up those with the same bound (`1` and `1.0`), and makes the counts grow, which the scrapes
/// of one histogram at slightly different moments, or rounding, may have broken; leaves none if `+Inf` is missing.
/// Says whether a count was lower by more than rounding.
fn tidy(buckets: &mut Vec<Bucket>) -> bool {
    buckets.sort_by(|a, b| a.upper.total_cmp(&b.upper));
    buckets.dedup_by(|next, kept| {
        let same = next.upper == kept.upper;
        if same {
            kept.count += next.count;
        }
        same
    });
    if buckets.last().is_none_or(|last| last.upper != f64::INFINITY) {
        buckets.clear();
    }
    let mut broken = false;
    let mut before = f64::NEG_INFINITY;
    for bucket in buckets {
        let rounding = (bucket.count - before).abs() < (bucket.count.abs() + before.abs()) * 1e-12;
        broken |= bucket.count < before && !rounding;
        if bucket.count < before || rounding {
            bucket.count = before;
        }
        before = bucket.count;
    }
    broken
}

fn quantile_of(q: f64, buckets: &[Bucket]) -> f64 {
    if q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    let [finite @ .., all] = buckets else { return f64::NAN };
    let Some(highest) = finite.last() else { return f64::NAN };
    if all.count == 0.0 || all.count.is_nan() {
        return f64::NAN;
    }
    let rank = q * all.count;
    let place = finite.partition_point(|bucket| bucket.count < rank);
    let Some(bucket) = finite.get(place) else { return highest.upper };
    match place.checked_sub(1).map(|place| finite[place]) {
        Some(below) => {
            let within = (rank - below.count) / (bucket.count - below.count);
            below.upper + (bucket.upper - below.upper) * within
        }
        // Nothing is known below the first bound, unless measurements are positive.
        None if bucket.upper <= 0.0 => bucket.upper,
        None => bucket.upper * (rank / bucket.count),
    }
}

fn fraction_of(lower: f64, upper: f64, buckets: &[Bucket]) -> f64 {
    let all = buckets.last().map_or(0.0, |bucket| bucket.count);
    if all == 0.0 || all.is_nan() || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    (rank_of(upper, buckets) - rank_of(lower, buckets)) / all
}

/// How many observations are at most a value, interpolated within its bucket.
fn rank_of(value: f64, buckets: &[Bucket]) -> f64 {
    let place = buckets.partition_point(|bucket| bucket.upper < value);
    let Some(bucket) = buckets.get(place) else { return buckets.last().map_or(0.0, |all| all.count) };
    let below = match place.checked_sub(1).map(|place| buckets[place]) {
        Some(below) => below,
        None if bucket.upper > 0.0 => Bucket { upper: 0.0, count: 0.0 },
        None => Bucket { upper: f64::NEG_INFINITY, count: 0.0 },
    };
    if value <= below.upper {
        return below.count;
    }
    let within = (value - below.upper) / (bucket.upper - below.upper);
    below.count + (bucket.count - below.count) * if within.is_nan() { 1.0 } else { within }
}
