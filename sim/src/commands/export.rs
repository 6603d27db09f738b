//! `sim export`: a run's samples as OpenMetrics, or the values of its rules, to be held against the real Prometheus.

use std::collections::BTreeSet;

use observatory::exposition::openmetrics;
use observatory::promql::{Options, Query, Value};
use observatory::series::Store;
use serde_json::json;

use crate::cli::Export;
use crate::commands::print;
use crate::exit::Exit;
use crate::flight::fly;
use crate::flight::progress::Progress;
use crate::prepare::{Flown, prepare};

/// How many instants of the run every rule is asked at.
const INSTANTS: i64 = 20;

pub(crate) fn export(options: &Export) -> Exit {
    let prepared = prepare(&options.file, options.promql, options.time_scale);
    eprint!("{}", prepared.findings.text());
    let Some(Flown { mut plan, mut watch }) = prepared.flown else { return Exit::Usage };
    let mut selectors = Vec::new();
    for text in &options.selectors {
        match Query::parse(text) {
            Ok(query) => selectors.extend(query.selectors()),
            Err(error) => {
                eprintln!("error: `{text}` is no selector: {error}");
                return Exit::Usage;
            }
        }
    }
    plan.seed = options.seed.unwrap_or(plan.seed);
    watch.keep_samples = true;
    let (flight, store) = fly(&plan, &watch, &Progress::default());
    if !options.evaluate {
        let mut series: Vec<_> = match selectors.is_empty() {
            true => store.select(&[]),
            false => selectors.iter().flat_map(|selector| store.select(&selector.matchers)).collect(),
        };
        // Selectors may overlap; every series is printed once, where it first comes.
        let mut seen = BTreeSet::new();
        series.retain(|id| seen.insert(*id));
        return print(&openmetrics(&store, &series));
    }
    let (from_ms, to_ms) = (flight.start_ns / 1_000_000, flight.end_ns / 1_000_000);
    let mut text = String::new();
    for query in watch.queries() {
        for instant in 1..=INSTANTS {
            text +=
                &evaluated(query, &store, &watch.promql, from_ms + (to_ms - from_ms) * instant / INSTANTS);
        }
    }
    print(&text)
}

/// The value of an expression at one instant, as a line of JSON.
fn evaluated(query: &Query, store: &Store, options: &Options, time_ms: i64) -> String {
    let value = match query.instant(store, options, time_ms) {
        Ok(Value::Scalar(value)) => json!([{ "labels": {}, "value": value.to_string() }]),
        Ok(Value::Vector(elements)) => elements
            .iter()
            .map(|element| {
                let labels: serde_json::Map<_, _> =
                    element.labels.iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
                json!({ "labels": labels, "value": element.value.to_string() })
            })
            .collect(),
        Ok(Value::Matrix(_) | Value::Text(_)) => json!({ "error": "neither a scalar nor a vector" }),
        Err(error) => json!({ "error": error.to_string() }),
    };
    format!("{}\n", json!({ "expr": query.to_string(), "time_ms": time_ms, "result": value }))
}
