//! The expectations, one file each: what they say and how they are judged.
//!
//! A judging function says `Ok` with its finding, or `Err` with the reason why the evidence does not suffice,
//! which becomes an inconclusive verdict.

mod alert;
mod budget;
mod case;
mod chain;
mod client;
mod delivery;
mod log;
mod other_alerts;
mod page;
mod promql;
mod trace;

use scenario_lang::vocabulary::Spec;

pub use client::cuts;
pub use log::pattern;

pub(crate) use case::Case;

use crate::verdict::Finding;

/// One kind of expectation.
pub(crate) struct Row {
    pub(crate) spec: Spec,
    pub(crate) judge: fn(&Case) -> Result<Finding, String>,
}

/// All kinds of expectation, in the order in which they are explained.
pub(crate) const TABLE: &[Row] =
    &[alert::ROW, other_alerts::ROW, page::ROW, budget::ROW, promql::ROW, trace::ROW, log::ROW, client::ROW];

/// The words that an `expect` block may use.
pub fn vocabulary() -> Vec<Spec> {
    TABLE.iter().map(|row| row.spec).collect()
}

pub(crate) fn row(keyword: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.spec.keyword == keyword)
}
