//! Operators between two vectors: which element meets which.

use std::collections::{BTreeMap, BTreeSet};

use super::node::{Binary, Cardinality, Grouping};
use super::value::in_order;
use super::{Element, QueryError, Semantics};
use crate::series::{Labels, NAME};

impl Grouping {
    fn names(&self, label: &str) -> bool {
        self.labels.iter().any(|name| name == label)
    }

    /// The labels that say to which group a series belongs.
    pub(super) fn key(&self, labels: &Labels) -> Labels {
        if self.only {
            labels.filtered(|name| self.names(name))
        } else {
            labels.filtered(|name| name != NAME && !self.names(name))
        }
    }
}

impl Binary {
    /// The operator on every pair of matching elements.
    pub(super) fn matched(
        &self,
        left: Vec<Element>,
        right: Vec<Element>,
        semantics: Semantics,
    ) -> Result<Vec<Element>, QueryError> {
        let swapped = self.matching.cardinality == Cardinality::OneToMany;
        let (many, ones) = if swapped { (right, left) } else { (left, right) };
        let ones = self.ones(&ones, if swapped { "left" } else { "right" })?;
        let mut seen = BTreeSet::new();
        let mut results = Vec::with_capacity(many.len());
        for element in &many {
            let key = self.matching.by.key(&element.labels);
            let Some(one) = ones.get(&key) else { continue };
            let (left, right) = if swapped { (one.value, element.value) } else { (element.value, one.value) };
            let Some(value) = self.apply(left, right, left) else { continue };
            let labels = self.result_labels(&element.labels, &one.labels, semantics);
            let one_to_one = self.matching.cardinality == Cardinality::OneToOne;
            if one_to_one && !seen.insert(key.clone()) {
                return Err(QueryError::evaluation(format!(
                    "multiple matches for labels {key}: many-to-one matching must be explicit \
                     (group_left/group_right)"
                )));
            }
            if !one_to_one && !seen.insert(labels.clone()) {
                return Err(QueryError::evaluation(format!(
                    "multiple matches for labels {labels}: grouping labels must ensure unique matches"
                )));
            }
            results.push(Element { labels, value });
        }
        in_order(results)
    }

    fn ones<'a>(
        &self,
        elements: &'a [Element],
        side: &str,
    ) -> Result<BTreeMap<Labels, &'a Element>, QueryError> {
        let mut ones = BTreeMap::new();
        for element in elements {
            let key = self.matching.by.key(&element.labels);
            if let Some(other) = ones.insert(key.clone(), element) {
                return Err(QueryError::evaluation(format!(
                    "found duplicate series for the match group {key} on the {side} hand-side of the \
                     operation: [{}, {}];many-to-many matching not allowed: matching labels must be unique \
                     on one side",
                    element.labels, other.labels
                )));
            }
        }
        Ok(ones)
    }

    fn result_labels(&self, many: &Labels, one: &Labels, semantics: Semantics) -> Labels {
        let mut labels = many.clone();
        if self.renames(semantics) {
            labels = labels.without_name();
        }
        if self.matching.cardinality == Cardinality::OneToOne {
            let by = &self.matching.by;
            labels = labels.filtered(|name| by.names(name) == by.only);
        }
        for name in &self.matching.include {
            labels = labels.with(name, one.get(name).unwrap_or_default());
        }
        labels
    }
}
