//! How close an alert's expression came to being true.

use super::alert::Reach;
use super::condition::{Comparison, Condition};
use super::elements::{Elements, elements};
use crate::promql::{CompareOp, Query, Value};
use crate::series::NAME;

/// A condition at one moment: how far its deciding comparison is from being true, relative to its threshold.
struct Distance<'a> {
    gap: f64,
    comparison: &'a Comparison,
    value: f64,
    threshold: f64,
}

/// How close an alert's expression came to being true: keeps the evaluation at which it was nearest.
#[derive(Debug)]
pub struct Nearest {
    condition: Condition,
    gap: f64,
    reach: Option<Reach>,
}

impl Nearest {
    /// For an expression that compares something; `None` for others.
    pub fn to(expr: &str) -> Option<Self> {
        Some(Self { condition: Condition::of(expr)?, gap: 0.0, reach: None })
    }

    /// Both sides of every comparison: what [`Self::look`] asks for.
    pub fn sides(&self) -> Vec<&Query> {
        self.condition.comparisons().into_iter().flat_map(|own| [&own.left, &own.right]).collect()
    }

    /// Looks at an alert that is inactive at `time_ms`; `ask` gives the values of a side at that time, if it has any.
    pub fn look(&mut self, time_ms: i64, ask: &dyn Fn(&Query) -> Option<Value>) {
        let Some(distance) = distance(&self.condition, ask) else {
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

    /// The nearest so far.
    pub fn reach(&self) -> Option<&Reach> {
        self.reach.as_ref()
    }
}

/// Of alternatives the nearest, of joint conditions the farthest; `None` where values are missing.
fn distance<'a>(condition: &'a Condition, ask: &dyn Fn(&Query) -> Option<Value>) -> Option<Distance<'a>> {
    let by_gap = |a: &Distance, b: &Distance| a.gap.total_cmp(&b.gap);
    match condition {
        Condition::All(parts) => parts
            .iter()
            .map(|part| distance(part, ask))
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .max_by(by_gap),
        Condition::Any(parts) => parts.iter().filter_map(|part| distance(part, ask)).min_by(by_gap),
        Condition::Compare(comparison) => {
            let left = elements(ask(&comparison.left)?).ok()?;
            let right = elements(ask(&comparison.right)?).ok()?;
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
