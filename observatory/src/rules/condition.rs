//! What an alert's expression asks for: comparisons, joined by `and` and `or`.

use promql_parser::parser::Expr;
use promql_parser::parser::token::{T_EQLC, T_GTE, T_GTR, T_LAND, T_LOR, T_LSS, T_LTE, T_LUNLESS, T_NEQ};

use crate::promql::{CompareOp, Query};

/// The comparisons of an expression. What compares nothing, and the right side of `unless`, is left out.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    /// `and`: all must hold.
    All(Vec<Condition>),
    /// `or`: one must hold.
    Any(Vec<Condition>),
    /// `left > right` and the like.
    Compare(Box<Comparison>),
}

/// One comparison.
#[derive(Debug, Clone)]
pub(super) struct Comparison {
    /// As PromQL.
    pub(super) text: String,
    pub(super) left: Query,
    pub(super) op: CompareOp,
    pub(super) right: Query,
    /// The trees of both sides.
    pub(super) sides: (Expr, Expr),
}

impl Condition {
    /// The comparisons of an expression; `None` where there are none.
    pub(super) fn of(expr: &str) -> Option<Self> {
        Self::from_tree(&promql_parser::parser::parse(expr).ok()?)
    }

    /// All of them, from left to right.
    pub(super) fn comparisons(&self) -> Vec<&Comparison> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::comparisons).collect(),
            Self::Compare(comparison) => vec![comparison],
        }
    }

    fn from_tree(expr: &Expr) -> Option<Self> {
        let binary = match expr {
            Expr::Paren(inner) => return Self::from_tree(&inner.expr),
            Expr::Binary(binary) => binary,
            _ => return None,
        };
        let op = match binary.op.id() {
            T_LUNLESS => return Self::from_tree(&binary.lhs),
            set @ (T_LAND | T_LOR) => {
                let sides: Vec<Self> =
                    [&binary.lhs, &binary.rhs].into_iter().filter_map(|side| Self::from_tree(side)).collect();
                return match (set, sides.len()) {
                    (_, 0) => None,
                    (T_LAND, _) => Some(Self::All(sides)),
                    _ => Some(Self::Any(sides)),
                };
            }
            T_GTR => CompareOp::Greater,
            T_GTE => CompareOp::GreaterOrEqual,
            T_LSS => CompareOp::Less,
            T_LTE => CompareOp::LessOrEqual,
            T_EQLC => CompareOp::Equal,
            T_NEQ => CompareOp::NotEqual,
            _ => return None,
        };
        Some(Self::Compare(Box::new(Comparison {
            text: expr.to_string(),
            left: Query::parse(&binary.lhs.to_string()).ok()?,
            op,
            right: Query::parse(&binary.rhs.to_string()).ok()?,
            sides: ((*binary.lhs).clone(), (*binary.rhs).clone()),
        })))
    }
}
