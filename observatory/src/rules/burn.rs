//! Burn-rate alerts: what decides when they can fire.

use std::collections::BTreeSet;
use std::convert::Infallible;

use promql_parser::parser::Expr;
use promql_parser::parser::token::{T_ADD, T_DIV, T_MUL, T_SUB};
use promql_parser::util::{ExprVisitor, walk_expr};

use super::condition::Condition;
use super::file::{Rule, RuleFile};
use crate::promql::CompareOp;

/// The terms of f · W / B, the time after which a burn-rate alert fires.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurnRate {
    /// The factor f, such as 14.4.
    pub factor: f64,
    /// The long window W, milliseconds.
    pub window_ms: i64,
    /// The budget: 1 − objective, such as 0.001.
    pub budget: f64,
}

/// The burn rates at which an alert fires; one for each alternative of an `or`, none where it is not of this kind.
///
/// An alert is of this kind if it compares an error ratio with a product of constants such as `14.4 * 0.001` or
/// `14.4 * (1 - 0.999)`. The window is that of the ratio's range selectors, or of the rules in `files` that record it.
/// Of windows that must all burn, the longest counts.
pub fn burn_rates(rule: &Rule, files: &[RuleFile]) -> Vec<BurnRate> {
    let condition = rule.alerting.as_ref().and_then(|_| Condition::of(&rule.expr));
    condition.map(|condition| rates_of(&condition, files)).unwrap_or_default()
}

fn rates_of(condition: &Condition, files: &[RuleFile]) -> Vec<BurnRate> {
    match condition {
        Condition::Any(parts) => parts.iter().flat_map(|part| rates_of(part, files)).collect(),
        Condition::All(parts) => {
            let rates = parts.iter().flat_map(|part| rates_of(part, files));
            rates.max_by_key(|rate| rate.window_ms).into_iter().collect()
        }
        Condition::Compare(comparison) => {
            let (ratio, threshold) = &comparison.sides;
            let above = matches!(comparison.op, CompareOp::Greater | CompareOp::GreaterOrEqual);
            let window_ms = longest_window(ratio, files, &mut BTreeSet::new());
            let product = product(threshold).filter(|_| above && window_ms > 0);
            product.map(|(factor, budget)| BurnRate { factor, window_ms, budget }).into_iter().collect()
        }
    }
}

/// The two factors of a threshold: the larger is the burn rate, the smaller the budget.
fn product(threshold: &Expr) -> Option<(f64, f64)> {
    match threshold {
        Expr::Paren(inner) => product(&inner.expr),
        Expr::Binary(binary) if binary.op.id() == T_MUL => {
            let (a, b) = (constant(&binary.lhs)?, constant(&binary.rhs)?);
            let (factor, budget) = (a.max(b), a.min(b));
            (budget > 0.0 && budget < 1.0).then_some((factor, budget))
        }
        _ => None,
    }
}

/// The value of an expression made of numbers only.
fn constant(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::NumberLiteral(number) => Some(number.val),
        Expr::Paren(inner) => constant(&inner.expr),
        Expr::Binary(binary) => {
            let (a, b) = (constant(&binary.lhs)?, constant(&binary.rhs)?);
            match binary.op.id() {
                T_ADD => Some(a + b),
                T_SUB => Some(a - b),
                T_MUL => Some(a * b),
                T_DIV => Some(a / b),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The longest range of an expression, through the recording rules that it reads. `seen` ends circles.
fn longest_window(expr: &Expr, files: &[RuleFile], seen: &mut BTreeSet<String>) -> i64 {
    let mut ranges = Ranges::default();
    // The visitor below never fails.
    let Ok(_) = walk_expr(&mut ranges, expr);
    let mut longest = ranges.longest_ms;
    for metric in ranges.metrics {
        if !seen.insert(metric.clone()) {
            continue;
        }
        let rules = files.iter().flat_map(|file| &file.groups).flat_map(|group| &group.rules);
        for rule in rules.filter(|rule| rule.alerting.is_none() && rule.name == metric) {
            if let Ok(recorded) = promql_parser::parser::parse(&rule.expr) {
                longest = longest.max(longest_window(&recorded, files, seen));
            }
        }
    }
    longest
}

/// Collects what an expression reads.
#[derive(Default)]
struct Ranges {
    longest_ms: i64,
    metrics: Vec<String>,
}

impl ExprVisitor for Ranges {
    type Error = Infallible;

    fn pre_visit(&mut self, expr: &Expr) -> Result<bool, Infallible> {
        let range = match expr {
            Expr::VectorSelector(selector) => {
                self.metrics.extend(selector.name.clone());
                None
            }
            Expr::MatrixSelector(selector) => {
                self.metrics.extend(selector.vs.name.clone());
                Some(selector.range)
            }
            Expr::Subquery(subquery) => Some(subquery.range),
            _ => None,
        };
        let range_ms = range.map_or(0, |range| range.as_millis() as i64);
        self.longest_ms = self.longest_ms.max(range_ms);
        Ok(true)
    }
}
