//! Remarks on a query that has a result.

use std::collections::BTreeSet;

/// What Prometheus would remark beside the result. Remarks on native histograms never occur.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annotations {
    /// Reasons to doubt the result.
    pub warnings: BTreeSet<String>,
    /// Hints.
    pub infos: BTreeSet<String>,
}
