//! Whether the spans of a trace belong together.

use std::collections::{BTreeMap, BTreeSet};

use sim_core::telemetry::{Span, SpanId};

use super::open::is_root;

/// Whether a span's parent is missing.
pub(super) fn has_orphans(spans: &[Span]) -> bool {
    let mut ids: Vec<SpanId> = spans.iter().map(|span| span.span_id).collect();
    ids.sort_unstable();
    spans.iter().any(|span| !is_root(span) && ids.binary_search(&span.parent).is_err())
}

/// Drops the spans that no root leads to: the ones whose parent is missing, and what belongs to these.
pub(super) fn drop_orphans(spans: &mut Vec<Span>) {
    if !has_orphans(spans) {
        return;
    }
    let mut children: BTreeMap<SpanId, Vec<SpanId>> = BTreeMap::new();
    for span in &*spans {
        children.entry(span.parent).or_default().push(span.span_id);
    }
    // The parent of a root is no span: the search begins above the roots.
    let mut reached = BTreeSet::new();
    let mut next = vec![SpanId::default()];
    while let Some(parent) = next.pop() {
        next.extend(children.remove(&parent).into_iter().flatten().filter(|child| reached.insert(*child)));
    }
    spans.retain(|span| reached.contains(&span.span_id));
}
