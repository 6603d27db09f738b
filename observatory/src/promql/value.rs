//! What a query evaluates to.

use super::QueryError;
use crate::series::{Labels, Sample};

/// One series of an instant vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// Its labels.
    pub labels: Labels,
    /// Its value.
    pub value: f64,
}

/// One series of a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixRow {
    /// Its labels.
    pub labels: Labels,
    /// Its samples, in the order of time.
    pub samples: Vec<Sample>,
}

/// The result of a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Scalar(f64),
    /// Values at one time, in the order of their labels unless the query sorts.
    Vector(Vec<Element>),
    /// Values over time, in the order of their labels.
    Matrix(Vec<MatrixRow>),
    /// A string.
    Text(String),
}

impl Value {
    /// Its type, in Prometheus' words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Scalar(_) => "scalar",
            Self::Vector(_) => "vector",
            Self::Matrix(_) => "matrix",
            Self::Text(_) => "string",
        }
    }
}

/// Brings elements into the order of their labels. Two with the same labels are an error, as in Prometheus.
pub(super) fn in_order(mut vector: Vec<Element>) -> Result<Vec<Element>, QueryError> {
    if vector.is_sorted_by(|a, b| a.labels < b.labels) {
        return Ok(vector);
    }
    vector.sort_by(|a, b| a.labels.cmp(&b.labels));
    match vector.windows(2).find(|pair| pair[0].labels == pair[1].labels) {
        Some(pair) => Err(QueryError::evaluation(format!(
            "vector cannot contain metrics with the same labelset: {}",
            pair[0].labels
        ))),
        None => Ok(vector),
    }
}
