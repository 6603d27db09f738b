//! Runs test files in the Prometheus project's own format (`load`, `eval`, `expect`), so that its tests prove ours.
//!
//! - `script`: a file as commands; `notation`: series and values as the files write them
//! - `check`: results against expectations

mod check;
mod notation;
mod script;

use crate::promql::{Options, Query, QueryError, Selector, Value};
use crate::series::{Labels, Store, StoreOptions};
use script::{Command, Eval, Loaded, When};

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many evaluations gave what the file expects.
    pub passed: usize,
    /// The others.
    pub failures: Vec<Failure>,
}

/// One evaluation that did not give what the file expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line of the command, from 1.
    pub line: usize,
    /// The query.
    pub query: String,
    /// What was wrong.
    pub reason: String,
    /// Whether it expects or reads native histograms, which are not supported.
    pub native: bool,
}

/// Runs a file. An error names the line that is not in the format.
pub fn run(text: &str, options: &Options) -> Result<Report, String> {
    let mut store = Store::new(StoreOptions::default());
    let mut native = Vec::new();
    let mut report = Report::default();
    for (line, command) in script::parse(text)? {
        match command {
            Command::Clear => (store, native) = (Store::new(StoreOptions::default()), Vec::new()),
            Command::Load(series) => {
                for Loaded { labels, samples, native: has_native } in series {
                    let id = store.resolve(&labels);
                    for sample in samples {
                        let appended = store.append(id, sample.time_ms, sample.value);
                        appended.map_err(|error| format!("line {line}: {labels}: {error}"))?;
                    }
                    if has_native {
                        native.push(labels);
                    }
                }
            }
            Command::Eval(eval) => match attempt(&eval, &store, options) {
                Ok(()) => report.passed += 1,
                Err(reason) => {
                    let native = eval.native || reads(&eval.query, &native);
                    report.failures.push(Failure { line, query: eval.query, reason, native });
                }
            },
        }
    }
    Ok(report)
}

/// Whether a query selects one of these series.
fn reads(query: &str, series: &[Labels]) -> bool {
    let selectors = Query::parse(query).map_or_else(|_| Vec::new(), |query| query.selectors());
    let selects = |selector: &Selector| {
        let all = |labels: &&Labels| selector.matchers.iter().all(|matcher| matcher.matches_labels(labels));
        series.iter().any(|labels| all(&labels))
    };
    selectors.iter().any(selects)
}

fn attempt(eval: &Eval, store: &Store, options: &Options) -> Result<(), String> {
    if eval.native {
        return Err("native histograms are not supported".into());
    }
    let result = Query::parse(&eval.query).and_then(|query| match eval.when {
        When::Instant(time_ms) => query.instant_annotated(store, options, time_ms),
        When::Range(from_ms, to_ms, step_ms) => {
            query.range_annotated(store, options, from_ms, to_ms, step_ms)
        }
    });
    match (result, &eval.fails) {
        (Err(error), Some(message)) => {
            // What cannot be evaluated at all is no proof that the error is noticed.
            let known = !matches!(error, QueryError::Unsupported { .. });
            let said = error.to_string();
            let as_expected = known && said.contains(message.as_str());
            if as_expected { Ok(()) } else { Err(format!("it failed in another way: {said}")) }
        }
        (Err(error), None) => Err(error.to_string()),
        (Ok((value, _)), Some(_)) => Err(format!("it should have failed, but gave {value:?}")),
        (Ok((value, annotations)), None) => {
            check::value(eval, &value)?;
            check::annotations(eval, &annotations)?;
            as_range(eval, store, options, &value)
        }
    }
}

/// An instant query must give the same as one step of a range query.
fn as_range(eval: &Eval, store: &Store, options: &Options, value: &Value) -> Result<(), String> {
    let When::Instant(time_ms) = eval.when else { return Ok(()) };
    if eval.ordered || matches!(value, Value::Matrix(_) | Value::Text(_)) || eval.query.contains('@') {
        return Ok(());
    }
    let query = Query::parse(&eval.query).map_err(|error| error.to_string())?;
    let range = query.range(store, options, time_ms - 60_000, time_ms + 60_000, 60_000);
    let Value::Matrix(rows) = range.map_err(|error| format!("as a range query: {error}"))? else {
        return Err("a range query is no matrix".into());
    };
    check::step(value, &rows, time_ms).map_err(|reason| format!("as a range query: {reason}"))
}
