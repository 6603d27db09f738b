//! Results against expectations.

use super::script::{Eval, When};
use crate::promql::{Annotations, Element, MatrixRow, Value};
use crate::series::Labels;

/// How far values may be apart, relative to their size, as in Prometheus' own runner.
const TOLERANCE: f64 = 1e-6;

pub(super) fn value(eval: &Eval, value: &Value) -> Result<(), String> {
    match (value, eval.when) {
        (Value::Text(text), _) => match &eval.text {
            Some(expected) if expected == text => Ok(()),
            expected => Err(format!("expected the string {expected:?}, got {text:?}")),
        },
        (Value::Scalar(value), _) => match eval.scalar {
            Some(expected) if close(expected, *value) => Ok(()),
            expected => Err(format!("expected the scalar {expected:?}, got {value}")),
        },
        (Value::Vector(vector), _) => elements(eval, vector),
        (Value::Matrix(rows), When::Range(from_ms, _, step_ms)) => matrix(eval, rows, from_ms, step_ms),
        (Value::Matrix(_), When::Instant(_)) => Err("an instant range vector is not compared".into()),
    }
}

fn elements(eval: &Eval, vector: &[Element]) -> Result<(), String> {
    if eval.scalar.is_some() {
        return Err("expected a scalar, got a vector".into());
    }
    if vector.len() != eval.rows.len() {
        let got: Vec<String> = vector.iter().map(|one| format!("{} {}", one.labels, one.value)).collect();
        return Err(format!("expected {} elements, got {}: {got:?}", eval.rows.len(), vector.len()));
    }
    for (place, (labels, values)) in eval.rows.iter().enumerate() {
        let found = if eval.ordered {
            vector.get(place).filter(|element| element.labels == *labels)
        } else {
            vector.iter().find(|element| element.labels == *labels)
        };
        let found = found.ok_or_else(|| format!("expected {labels} at place {place}"))?;
        compare(labels, values.first().copied().flatten(), Some(found.value))?;
    }
    Ok(())
}

fn matrix(eval: &Eval, rows: &[MatrixRow], from_ms: i64, step_ms: i64) -> Result<(), String> {
    if rows.len() != eval.rows.len() {
        return Err(format!("expected {} series, got {}: {rows:?}", eval.rows.len(), rows.len()));
    }
    for (labels, values) in &eval.rows {
        let row = rows.iter().find(|row| row.labels == *labels);
        let row = row.ok_or_else(|| format!("expected the series {labels}"))?;
        for (index, expected) in values.iter().enumerate() {
            let time_ms = from_ms + step_ms * index as i64;
            let got = row.samples.iter().find(|sample| sample.time_ms == time_ms).map(|sample| sample.value);
            compare(labels, *expected, got).map_err(|reason| format!("at {time_ms} ms: {reason}"))?;
        }
        let expected = values.iter().flatten().count();
        if row.samples.len() != expected {
            return Err(format!("{labels}: expected {expected} samples, got {}", row.samples.len()));
        }
    }
    Ok(())
}

/// An instant result against the same time in a range result.
pub(super) fn step(value: &Value, rows: &[MatrixRow], time_ms: i64) -> Result<(), String> {
    let at = |row: &MatrixRow| {
        let sample = row.samples.iter().find(|sample| sample.time_ms == time_ms)?;
        Some(Element { labels: row.labels.clone(), value: sample.value })
    };
    let got: Vec<Element> = rows.iter().filter_map(at).collect();
    let expected = match value {
        Value::Scalar(value) => vec![Element { labels: Labels::default(), value: *value }],
        Value::Vector(vector) => vector.clone(),
        Value::Matrix(_) | Value::Text(_) => return Ok(()),
    };
    if expected.len() != got.len() {
        return Err(format!("expected {} elements, got {}", expected.len(), got.len()));
    }
    expected.iter().try_for_each(|one| {
        let other = got.iter().find(|other| other.labels == one.labels);
        compare(&one.labels, Some(one.value), other.map(|other| other.value))
    })
}

pub(super) fn annotations(eval: &Eval, annotations: &Annotations) -> Result<(), String> {
    let wrong = |expected: Option<bool>, got: bool| expected.is_some_and(|expected| expected != got);
    if wrong(eval.warns, !annotations.warnings.is_empty()) {
        return Err(format!("warnings: {:?}", annotations.warnings));
    }
    if wrong(eval.informs, !annotations.infos.is_empty()) {
        return Err(format!("infos: {:?}", annotations.infos));
    }
    Ok(())
}

fn compare(labels: &Labels, expected: Option<f64>, got: Option<f64>) -> Result<(), String> {
    match (expected, got) {
        (None, None) => Ok(()),
        (Some(expected), Some(got)) if close(expected, got) => Ok(()),
        _ => Err(format!("{labels}: expected {expected:?}, got {got:?}")),
    }
}

fn close(a: f64, b: f64) -> bool {
    let tiny = a == 0.0 || b == 0.0 || a.abs() + b.abs() < f64::MIN_POSITIVE;
    let limit =
        if tiny { TOLERANCE * f64::MIN_POSITIVE } else { TOLERANCE * (a.abs() + b.abs()).min(f64::MAX) };
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() < limit
}
