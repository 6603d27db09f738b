//! Binary operators.

use promql_parser::parser::token::{self, TokenType};

use super::evaluate::{Data, Evaluation, map};
use super::node::Binary;
use super::sets::SetOp;
use super::{Element, QueryError, Semantics};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BinaryOp {
    Arithmetic(ArithmeticOp),
    Compare(CompareOp),
    Set(SetOp),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArithmeticOp {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Atan2,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`
    GreaterOrEqual,
    /// `<=`
    LessOrEqual,
}

impl CompareOp {
    /// Whether it is true of two values.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Greater => left > right,
            Self::Less => left < right,
            Self::GreaterOrEqual => left >= right,
            Self::LessOrEqual => left <= right,
        }
    }
}

impl ArithmeticOp {
    fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Sub => left - right,
            Self::Mul => left * right,
            Self::Div => left / right,
            Self::Mod => left % right,
            Self::Pow => libm::pow(left, right),
            Self::Atan2 => libm::atan2(left, right),
        }
    }
}

impl BinaryOp {
    pub(super) fn of(token: TokenType) -> Result<Self, QueryError> {
        use {ArithmeticOp as A, CompareOp as C};
        Ok(match token.id() {
            token::T_ADD => Self::Arithmetic(A::Add),
            token::T_SUB => Self::Arithmetic(A::Sub),
            token::T_MUL => Self::Arithmetic(A::Mul),
            token::T_DIV => Self::Arithmetic(A::Div),
            token::T_MOD => Self::Arithmetic(A::Mod),
            token::T_POW => Self::Arithmetic(A::Pow),
            token::T_ATAN2 => Self::Arithmetic(A::Atan2),
            token::T_EQLC => Self::Compare(C::Equal),
            token::T_NEQ => Self::Compare(C::NotEqual),
            token::T_GTR => Self::Compare(C::Greater),
            token::T_LSS => Self::Compare(C::Less),
            token::T_GTE => Self::Compare(C::GreaterOrEqual),
            token::T_LTE => Self::Compare(C::LessOrEqual),
            token::T_LAND => Self::Set(SetOp::And),
            token::T_LOR => Self::Set(SetOp::Or),
            token::T_LUNLESS => Self::Set(SetOp::Unless),
            _ => return Err(QueryError::unsupported(format!("the operator `{token}`"))),
        })
    }
}

impl Binary {
    /// Whether a result is a new quantity that the metric's name does not describe. (Prometheus 2.42 kept the name
    /// of what it took the arc tangent of.)
    pub(super) fn renames(&self, semantics: Semantics) -> bool {
        match self.op {
            BinaryOp::Arithmetic(ArithmeticOp::Atan2) => semantics == Semantics::V3,
            BinaryOp::Arithmetic(_) => true,
            BinaryOp::Compare(_) | BinaryOp::Set(_) => self.as_bool,
        }
    }

    /// The operator on two numbers; `None` where a filter drops them. A filter keeps `kept`.
    pub(super) fn apply(&self, left: f64, right: f64, kept: f64) -> Option<f64> {
        match self.op {
            BinaryOp::Arithmetic(op) => Some(op.apply(left, right)),
            BinaryOp::Compare(op) if self.as_bool => Some(f64::from(u8::from(op.holds(left, right)))),
            BinaryOp::Compare(op) => op.holds(left, right).then_some(kept),
            BinaryOp::Set(_) => None,
        }
    }
}

impl Evaluation<'_> {
    pub(super) fn binary(&self, binary: &Binary, time_ms: i64) -> Result<Data, QueryError> {
        let left = self.evaluate(&binary.left, time_ms)?;
        let right = self.evaluate(&binary.right, time_ms)?;
        match (left, right) {
            (Data::Scalar(left), Data::Scalar(right)) => {
                binary.apply(left, right, left).map(Data::Scalar).ok_or_else(|| {
                    QueryError::evaluation("comparisons between scalars must use the modifier `bool`")
                })
            }
            (Data::Vector(vector), Data::Scalar(right)) => {
                self.by_scalar(binary, vector, |value| binary.apply(value, right, value))
            }
            (Data::Scalar(left), Data::Vector(vector)) => {
                self.by_scalar(binary, vector, |value| binary.apply(left, value, value))
            }
            (Data::Vector(left), Data::Vector(right)) => match binary.op {
                BinaryOp::Set(op) => op.apply(left, right, &binary.matching.by).map(Data::Vector),
                _ => binary.matched(left, right, self.options.semantics).map(Data::Vector),
            },
            _ => Err(QueryError::evaluation("a string has no operators")),
        }
    }

    fn by_scalar(
        &self,
        binary: &Binary,
        vector: Vec<Element>,
        apply: impl Fn(f64) -> Option<f64>,
    ) -> Result<Data, QueryError> {
        let kept = vector.into_iter().filter_map(|element| {
            apply(element.value).map(|value| Element { labels: element.labels, value })
        });
        let kept = kept.collect();
        if binary.renames(self.options.semantics) {
            return map(kept, |value| value).map(Data::Vector);
        }
        Ok(Data::Vector(kept))
    }
}
