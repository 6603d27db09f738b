//! Inhibition: alerts that keep others quiet.

use crate::series::{Labels, Matcher};

/// While an alert that matches `source` fires, alerts that match `target` with the same values of `equal` are
/// not notified.
#[derive(Debug, Clone)]
pub(super) struct InhibitRule {
    pub(super) source: Vec<Matcher>,
    pub(super) target: Vec<Matcher>,
    pub(super) equal: Vec<String>,
}

impl InhibitRule {
    /// The first of the `firing` alerts that keeps `labels` quiet.
    ///
    /// Where `labels` matches both sides, an alert that matches both sides too is no reason: an alert never
    /// inhibits itself or its like.
    pub(super) fn inhibitor<'a>(
        &self,
        labels: &Labels,
        mut firing: impl Iterator<Item = &'a Labels>,
    ) -> Option<&'a Labels> {
        let all = |matchers: &[Matcher], labels| {
            matchers.iter().all(|matcher: &Matcher| matcher.matches_labels(labels))
        };
        if !all(&self.target, labels) {
            return None;
        }
        let both_sides = all(&self.source, labels);
        firing.find(|source| {
            all(&self.source, source)
                && self.equal.iter().all(|name| source.get(name) == labels.get(name))
                && !(both_sides && all(&self.target, source))
        })
    }
}
