//! Aggregations over the elements of a vector.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use promql_parser::parser::token::{self, TokenType};

use super::evaluate::Evaluation;
use super::node::{Aggregate, Node};
use super::value::in_order;
use super::{Element, QueryError, statistics};
use crate::series::{Labels, Sum};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AggregateOp {
    Sum,
    Avg,
    Min,
    Max,
    Count,
    Group,
    Stddev,
    Stdvar,
    Quantile,
    TopK,
    BottomK,
    CountValues,
}

impl AggregateOp {
    pub(super) fn of(token: TokenType) -> Result<Self, QueryError> {
        Ok(match token.id() {
            token::T_SUM => Self::Sum,
            token::T_AVG => Self::Avg,
            token::T_MIN => Self::Min,
            token::T_MAX => Self::Max,
            token::T_COUNT => Self::Count,
            token::T_GROUP => Self::Group,
            token::T_STDDEV => Self::Stddev,
            token::T_STDVAR => Self::Stdvar,
            token::T_QUANTILE => Self::Quantile,
            token::T_TOPK => Self::TopK,
            token::T_BOTTOMK => Self::BottomK,
            token::T_COUNT_VALUES => Self::CountValues,
            _ => return Err(QueryError::unsupported(format!("the experimental aggregation `{token}`"))),
        })
    }

    /// The value of one group, for aggregations that make one of many.
    fn value(self, values: &[f64], parameter: f64) -> f64 {
        match self {
            Self::Sum => values.iter().fold(Sum::default(), |sum, &value| sum.plus(value)).value(),
            Self::Avg => statistics::mean(values),
            Self::Min => extreme(values, f64::lt),
            Self::Max => extreme(values, f64::gt),
            Self::Stddev => statistics::variance(values).sqrt(),
            Self::Stdvar => statistics::variance(values),
            Self::Quantile => statistics::quantile(parameter, values),
            Self::Group => 1.0,
            Self::Count | Self::TopK | Self::BottomK | Self::CountValues => values.len() as f64,
        }
    }
}

/// The value that beats all others; NaN never does.
fn extreme(values: &[f64], beats: fn(&f64, &f64) -> bool) -> f64 {
    let better = |best: f64, &value: &f64| if beats(&value, &best) || best.is_nan() { value } else { best };
    values.iter().fold(f64::NAN, better)
}

impl Evaluation<'_> {
    pub(super) fn aggregate(&self, aggregate: &Aggregate, time_ms: i64) -> Result<Vec<Element>, QueryError> {
        let vector = self.vector(&aggregate.inner, time_ms)?;
        let parameter = |evaluation: &Self| match &aggregate.parameter {
            Some(node) => evaluation.scalar(node, time_ms),
            None => Ok(f64::NAN),
        };
        match aggregate.op {
            AggregateOp::TopK => Ok(ranked(aggregate, vector, parameter(self)?, |a, b| b.total_cmp(&a))),
            AggregateOp::BottomK => Ok(ranked(aggregate, vector, parameter(self)?, |a, b| a.total_cmp(&b))),
            AggregateOp::CountValues => {
                let name = self.text(aggregate.parameter.as_ref().unwrap_or(&Node::Number(0.0)), time_ms)?;
                count_values(aggregate, vector, &name)
            }
            op => {
                let parameter = parameter(self)?;
                if op == AggregateOp::Quantile {
                    self.check_quantile(parameter);
                }
                let mut groups = BTreeMap::<Labels, Vec<f64>>::new();
                for element in vector {
                    groups.entry(aggregate.by.key(&element.labels)).or_default().push(element.value);
                }
                let one = |(labels, values): (Labels, Vec<f64>)| Element {
                    labels,
                    value: op.value(&values, parameter),
                };
                Ok(groups.into_iter().map(one).collect())
            }
        }
    }
}

/// The first `k` of every group; NaN comes last.
fn ranked(
    aggregate: &Aggregate,
    vector: Vec<Element>,
    k: f64,
    order: fn(f64, f64) -> Ordering,
) -> Vec<Element> {
    let mut groups = BTreeMap::<Labels, Vec<Element>>::new();
    for element in vector {
        groups.entry(aggregate.by.key(&element.labels)).or_default().push(element);
    }
    // A negative number or NaN becomes 0.
    let k = k as usize;
    let first = |mut group: Vec<Element>| {
        group.sort_by(|a, b| a.value.is_nan().cmp(&b.value.is_nan()).then_with(|| order(a.value, b.value)));
        group.truncate(k);
        group
    };
    groups.into_values().flat_map(first).collect()
}

fn count_values(aggregate: &Aggregate, vector: Vec<Element>, name: &str) -> Result<Vec<Element>, QueryError> {
    let mut groups = BTreeMap::<Labels, u64>::new();
    for element in vector {
        let labels = aggregate.by.key(&element.labels).with(name, &number(element.value));
        *groups.entry(labels).or_default() += 1;
    }
    let counted = |(labels, count)| Element { labels, value: count as f64 };
    in_order(groups.into_iter().map(counted).collect())
}

/// A number as Prometheus writes it into a label.
fn number(value: f64) -> String {
    match value {
        f64::INFINITY => "+Inf".into(),
        f64::NEG_INFINITY => "-Inf".into(),
        _ => value.to_string(),
    }
}
