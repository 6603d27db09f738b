//! The result of a rule's expression as labelled values.

use crate::promql::Value;
use crate::series::Labels;

/// Labels and values.
pub(super) type Elements = Vec<(Labels, f64)>;

/// A scalar is one element without labels, as in Prometheus; other results are no use to a rule.
pub(super) fn elements(value: Value) -> Result<Elements, String> {
    match value {
        Value::Scalar(value) => Ok(vec![(Labels::default(), value)]),
        Value::Vector(vector) => {
            Ok(vector.into_iter().map(|element| (element.labels, element.value)).collect())
        }
        other => Err(format!("the result is a {}, neither a vector nor a scalar", other.kind())),
    }
}
