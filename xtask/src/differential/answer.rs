//! What an engine says to one question.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::Failure;

/// Values that differ by no more than this part of themselves are the same: engines may add in another order.
const TOLERANCE: f64 = 1e-9;

/// One expression at one instant.
pub(crate) struct Question {
    /// The PromQL.
    pub(crate) expression: String,
    /// When, milliseconds since the Unix epoch.
    pub(crate) time_ms: i64,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {} ms",
            self.expression.split_whitespace().collect::<Vec<_>>().join(" "),
            self.time_ms
        )
    }
}

type Labels = BTreeMap<String, String>;

/// The elements of an instant vector; a scalar is one element without labels.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer(BTreeMap<Labels, f64>);

impl Answer {
    /// Reads one line of `sim export --evaluate`.
    pub(crate) fn from_ours(line: &str) -> Result<(Question, Self), Failure> {
        let malformed = |what: &str| format!("sim export --evaluate wrote a line {what}: {line}");
        let line: Value = serde_json::from_str(line).map_err(|error| malformed(&error.to_string()))?;
        let expression = line["expr"].as_str().ok_or_else(|| malformed("without expr"))?.to_owned();
        let time_ms = line["time_ms"].as_i64().ok_or_else(|| malformed("without time_ms"))?;
        let elements = line["result"].as_array().ok_or_else(|| malformed("without result"))?;
        let elements = elements.iter().map(|element| {
            let labels = labels(&element["labels"])?;
            Some((labels, number(&element["value"])?))
        });
        let elements = elements.collect::<Option<_>>().ok_or_else(|| malformed("with a strange result"))?;
        Ok((Question { expression, time_ms }, Self(elements)))
    }

    /// Reads the answer of `/api/v1/query` (<https://prometheus.io/docs/prometheus/latest/querying/api/>).
    pub(crate) fn from_prometheus(body: &str) -> Result<Self, Failure> {
        let malformed = || format!("Prometheus answered strangely: {body}");
        let answer: Value = serde_json::from_str(body).map_err(|_| malformed())?;
        let data = &answer["data"];
        let elements = match (data["resultType"].as_str(), data["result"].as_array()) {
            (Some("vector"), Some(elements)) => elements
                .iter()
                .map(|element| Some((labels(&element["metric"])?, number(&element["value"][1])?)))
                .collect::<Option<_>>(),
            (Some("scalar"), Some(pair)) => {
                pair.get(1).and_then(number).map(|value| BTreeMap::from([(Labels::new(), value)]))
            }
            _ => None,
        };
        elements.map(Self).ok_or_else(malformed)
    }

    /// How many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Where the other one says something else, one text for each element.
    pub(crate) fn differences(&self, theirs: &Self) -> Vec<String> {
        let all: BTreeSet<&Labels> = self.0.keys().chain(theirs.0.keys()).collect();
        let differs = |labels: &&Labels| match (self.0.get(labels), theirs.0.get(labels)) {
            (Some(&ours), Some(&theirs)) => !same(ours, theirs),
            _ => true,
        };
        let shown = |value: Option<&f64>| value.map_or("nothing".to_owned(), f64::to_string);
        let text = |labels: &Labels| {
            format!(
                "{labels:?} is {} and should be {}",
                shown(self.0.get(labels)),
                shown(theirs.0.get(labels))
            )
        };
        all.into_iter().filter(differs).map(text).collect()
    }
}

fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= TOLERANCE * a.abs().max(b.abs())
}

fn labels(object: &Value) -> Option<Labels> {
    let pairs = object.as_object()?.iter();
    pairs.map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// A sample value: JSON has no NaN and no infinities, so that they are texts.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(elements: &[(&str, &str)]) -> Answer {
        let element = |(job, value): &(&str, &str)| {
            format!(r#"{{"metric":{{"job":"{job}"}},"value":[1.5,"{value}"]}}"#)
        };
        let elements = elements.iter().map(element).collect::<Vec<_>>().join(",");
        let body =
            format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{elements}]}}}}"#);
        Answer::from_prometheus(&body).unwrap()
    }

    #[test]
    fn a_billionth_is_the_same_and_more_is_not() {
        let one = answer(&[("a", "1")]);
        assert!(one.differences(&answer(&[("a", "1.0000000009")])).is_empty());
        assert_eq!(one.differences(&answer(&[("a", "1.0000000011")])).len(), 1);
    }

    #[test]
    fn missing_and_additional_elements_differ() {
        let (both, one) = (answer(&[("a", "1"), ("b", "NaN")]), answer(&[("a", "1")]));
        assert_eq!(both.differences(&one).len(), 1);
        assert_eq!(one.differences(&both).len(), 1);
        assert!(both.differences(&both).is_empty());
    }

    #[test]
    fn our_lines_are_read() {
        let line =
            r#"{"rule":"r","expr":"up","time_ms":1500,"result":[{"labels":{"job":"a"},"value":"+Inf"}]}"#;
        let (question, ours) = Answer::from_ours(line).unwrap();
        assert_eq!((question.expression.as_str(), question.time_ms), ("up", 1500));
        assert_eq!(ours, answer(&[("a", "+Inf")]));
        assert!(Answer::from_ours(r#"{"expr":"up","time_ms":1}"#).is_err());
    }
}
