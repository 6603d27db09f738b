//! How close an alert's expression came to being true.

use super::alert::Reach;
use super::condition::{Comparison, Condition};
use super::elements::{Elements, elements};
use crate::promql::{CompareOp, Options};
use crate::series::{NAME, Store};

/// A condition at one moment: how far its deciding comparison is from being true, relative to its threshold.
struct Distance<'a> {
    gap: f64,
    comparison: &'a Comparison,
    value: f64,
    threshold: f64,
}

/// Keeps the evaluation at which an expression came nearest to being true.
#[derive(Debug, Default)]
pub(super) struct Nearest {
    gap: f64,
    reach: Option<Reach>,
}

impl Nearest {
    /// Looks at the condition of an alert that is inactive at `time_ms`.
    pub(super) fn look(&mut self, condition: &Condition, store: &Store, options: &Options, time_ms: i64) {
        let Some(distance) = distance(condition, store, options, time_ms) else {
            return;
        };
        if self.reach.is_none() || distance.gap < self.gap {
            self.gap = distance.gap;
            self.reach = Some(Reach {
                time_ms,
                comparison: distance.comparison.text.clone(),
                value: distance.value,
                threshold: distance.threshold,
            });
        }
    }

    pub(super) fn reach(&self) -> Option<&Reach> {
        self.reach.as_ref()
    }
}

/// Of alternatives the nearest, of joint conditions the farthest; `None` where values are missing.
fn distance<'a>(
    condition: &'a Condition,
    store: &Store,
    options: &Options,
    time_ms: i64,
) -> Option<Distance<'a>> {
    let by_gap = |a: &Distance, b: &Distance| a.gap.total_cmp(&b.gap);
    let of = |part| distance(part, store, options, time_ms);
    match condition {
        Condition::All(parts) => parts.iter().map(of).collect::<Option<Vec<_>>>()?.into_iter().max_by(by_gap),
        Condition::Any(parts) => parts.iter().filter_map(of).min_by(by_gap),
        Condition::Compare(comparison) => {
            let left = elements(comparison.left.instant(store, options, time_ms).ok()?).ok()?;
            let right = elements(comparison.right.instant(store, options, time_ms).ok()?).ok()?;
            pairs(&left, &right)
                .map(|(value, threshold)| Distance {
                    gap: gap(comparison.op, value, threshold),
                    comparison,
                    value,
                    threshold,
                })
                .filter(|distance| !distance.gap.is_nan())
                .min_by(by_gap)
        }
    }
}

/// The values that a comparison sets against each other: a lone value on one side against all on the other, else
/// those with equal labels.
fn pairs<'a>(left: &'a Elements, right: &'a Elements) -> impl Iterator<Item = (f64, f64)> + 'a {
    let lone = left.len() == 1 || right.len() == 1;
    left.iter().flat_map(move |(own, value)| {
        let own = own.filtered(|name| name != NAME);
        let partners =
            right.iter().filter(move |(other, _)| lone || own == other.filtered(|name| name != NAME));
        partners.map(move |(_, threshold)| (*value, *threshold))
    })
}

/// What is missing, in parts of the threshold; 0 where the comparison holds (or touches), and absolute where the
/// threshold is 0.
fn gap(op: CompareOp, value: f64, threshold: f64) -> f64 {
    let missing = match op {
        CompareOp::Greater | CompareOp::GreaterOrEqual => threshold - value,
        CompareOp::Less | CompareOp::LessOrEqual => value - threshold,
        CompareOp::Equal => (value - threshold).abs(),
        CompareOp::NotEqual if value == threshold => return 1.0,
        CompareOp::NotEqual => return 0.0,
    };
    let scale = if threshold == 0.0 { 1.0 } else { threshold.abs() };
    if missing.is_nan() { missing } else { missing.max(0.0) / scale }
}
