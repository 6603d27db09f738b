//! Queries, as callers see them.

use std::fmt;
use std::sync::LazyLock;

use promql_parser::parser::value::ValueType::{Matrix, Scalar, Vector};
use promql_parser::parser::{self, Expr, Function};

use super::evaluate::{Data, Evaluation};
use super::lower::{self, Lowering};
use super::node::Node;
use super::value::in_order;
use super::{Annotations, MatrixRow, QueryError, Value};
use crate::series::{Store, in_bounds};

/// Which Prometheus a query behaves like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Semantics {
    /// Prometheus 2: ranges and the lookback include the sample at their far end.
    V2,
    /// Prometheus 3: they do not.
    #[default]
    V3,
}

/// How queries are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Which Prometheus to behave like.
    pub semantics: Semantics,
    /// How old the newest sample of a series may be, milliseconds.
    pub lookback_ms: i64,
    /// How many samples one query may hold.
    pub max_samples: u64,
}

impl Default for Options {
    /// Prometheus' defaults: version 3, five minutes, fifty million samples.
    fn default() -> Self {
        Self { semantics: Semantics::V3, lookback_ms: 300_000, max_samples: 50_000_000 }
    }
}

/// Teaches the parser the name under which Prometheus 2 had a function.
static OLD_NAMES: LazyLock<()> = LazyLock::new(|| {
    let function = Function::new("holt_winters", vec![Matrix, Scalar, Scalar], 0, Vector, false);
    // It is refused only where the parser knows the name by itself, which is as good.
    let _ = parser::function::register_extra_functions(vec![function]);
});

/// A parsed query. It prints as normalised PromQL.
#[derive(Debug, Clone)]
pub struct Query {
    pub(super) expr: Expr,
    pub(super) root: Node,
    /// How many selectors it has.
    selectors: usize,
}

impl Query {
    /// Parses PromQL.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        lower::check_size(text)?;
        LazyLock::force(&OLD_NAMES);
        let expr = parser::parse(text).map_err(|message| QueryError::Parse { message })?;
        Self::new(expr)
    }

    pub(super) fn new(expr: Expr) -> Result<Self, QueryError> {
        let mut lowering = Lowering::default();
        let root = lowering.lower(&expr)?;
        Ok(Self { expr, root, selectors: lowering.selectors })
    }

    /// The value at one time, milliseconds since the Unix epoch.
    pub fn instant(&self, store: &Store, options: &Options, time_ms: i64) -> Result<Value, QueryError> {
        self.at(&Evaluation::new(store, options, (time_ms, time_ms), self.selectors), time_ms)
    }

    /// The same, and what Prometheus would remark on it.
    pub fn instant_annotated(
        &self,
        store: &Store,
        options: &Options,
        time_ms: i64,
    ) -> Result<(Value, Annotations), QueryError> {
        let evaluation = Evaluation::new(store, options, (time_ms, time_ms), self.selectors).annotated();
        let value = self.at(&evaluation, time_ms)?;
        Ok((value, evaluation.annotations()))
    }

    fn at(&self, evaluation: &Evaluation<'_>, time_ms: i64) -> Result<Value, QueryError> {
        check_time(time_ms)?;
        if let Node::Range { .. } | Node::Subquery(_) = self.root {
            let mut rows: Vec<MatrixRow> = evaluation
                .windows(&self.root, time_ms)?
                .into_iter()
                .map(|window| MatrixRow { samples: window.samples(), labels: window.labels })
                .filter(|row| !row.samples.is_empty())
                .collect();
            rows.sort_by(|a, b| a.labels.cmp(&b.labels));
            return Ok(Value::Matrix(rows));
        }
        Ok(match evaluation.evaluate(&self.root, time_ms)? {
            Data::Scalar(value) => Value::Scalar(value),
            Data::Text(text) => Value::Text(text),
            Data::Vector(vector) if self.root.sorts() => Value::Vector(vector),
            Data::Vector(vector) => Value::Vector(in_order(vector)?),
        })
    }

    /// The values from one time to another, both included; the result is a matrix.
    pub fn range(
        &self,
        store: &Store,
        options: &Options,
        from_ms: i64,
        to_ms: i64,
        step_ms: i64,
    ) -> Result<Value, QueryError> {
        let evaluation = Evaluation::new(store, options, (from_ms, to_ms), self.selectors);
        self.between(&evaluation, from_ms, to_ms, step_ms)
    }

    /// The same, and what Prometheus would remark on it.
    pub fn range_annotated(
        &self,
        store: &Store,
        options: &Options,
        from_ms: i64,
        to_ms: i64,
        step_ms: i64,
    ) -> Result<(Value, Annotations), QueryError> {
        let evaluation = Evaluation::new(store, options, (from_ms, to_ms), self.selectors).annotated();
        let value = self.between(&evaluation, from_ms, to_ms, step_ms)?;
        Ok((value, evaluation.annotations()))
    }

    fn between(
        &self,
        evaluation: &Evaluation<'_>,
        from_ms: i64,
        to_ms: i64,
        step_ms: i64,
    ) -> Result<Value, QueryError> {
        check_time(from_ms)?;
        check_time(to_ms)?;
        evaluation.over(&self.root, from_ms, to_ms, step_ms).map(Value::Matrix)
    }
}

fn check_time(time_ms: i64) -> Result<(), QueryError> {
    if in_bounds(time_ms) {
        return Ok(());
    }
    Err(QueryError::Limit { what: format!("the time {time_ms} ms, which is out of bounds") })
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}
