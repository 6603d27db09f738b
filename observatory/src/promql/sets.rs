//! Set operators: `and`, `or`, `unless`.

use std::collections::BTreeSet;

use super::node::Grouping;
use super::value::in_order;
use super::{Element, QueryError};
use crate::series::Labels;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetOp {
    And,
    Or,
    Unless,
}

impl SetOp {
    pub(super) fn apply(
        self,
        left: Vec<Element>,
        right: Vec<Element>,
        by: &Grouping,
    ) -> Result<Vec<Element>, QueryError> {
        let keys = |vector: &[Element]| -> BTreeSet<Labels> {
            vector.iter().map(|element| by.key(&element.labels)).collect()
        };
        let within = |keys: &BTreeSet<Labels>, element: &Element| keys.contains(&by.key(&element.labels));
        match self {
            Self::And => {
                let keys = keys(&right);
                Ok(left.into_iter().filter(|element| within(&keys, element)).collect())
            }
            Self::Unless => {
                let keys = keys(&right);
                Ok(left.into_iter().filter(|element| !within(&keys, element)).collect())
            }
            Self::Or => {
                let keys = keys(&left);
                let more = right.into_iter().filter(|element| !within(&keys, element));
                in_order(left.into_iter().chain(more).collect())
            }
        }
    }
}
