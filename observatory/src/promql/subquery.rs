//! Subqueries: an expression evaluated at regular times becomes a range vector.

use super::evaluate::Evaluation;
use super::node::Subquery;
use super::select::{Source, Window};
use super::{MatrixRow, QueryError};

impl<'a> Evaluation<'a> {
    /// The windows of a subquery. Its times are multiples of its step, so that they do not move with the query.
    pub(super) fn subquery(&self, subquery: &Subquery, time_ms: i64) -> Result<Vec<Window<'a>>, QueryError> {
        let end_ms = self.shifted(subquery.shift, time_ms);
        let start_ms = end_ms.saturating_sub(subquery.range_ms);
        let step_ms = subquery.step_ms.max(1);
        let first_ms = (self.after(start_ms).div_euclid(step_ms) + 1) * step_ms;
        let rows = self.over(&subquery.inner, first_ms, end_ms, step_ms)?;
        let window = |row: MatrixRow| Window {
            labels: row.labels,
            time_ms,
            start_ms,
            end_ms,
            semantics: self.options.semantics,
            source: Source::Computed(row.samples),
        };
        Ok(rows.into_iter().map(window).collect())
    }
}
