//! OpenMetrics text out of the store (<https://prometheus.io/docs/specs/om/open_metrics_spec/>), every sample with its
//! time: what `promtool tsdb create-blocks-from openmetrics` reads.

use std::fmt::Write;

use crate::series::{NAME, SeriesId, Store};

/// The samples of these series. Types are not known any more and are left out, which the format reads as `unknown`.
pub fn openmetrics(store: &Store, series: &[SeriesId]) -> String {
    let mut text = String::new();
    for &id in series {
        let labels = store.labels(id);
        let name = labels.name();
        let pairs: Vec<String> = labels
            .iter()
            .filter(|(label, _)| *label != NAME)
            .map(|(label, value)| format!("{label}=\"{}\"", escaped(value)))
            .collect();
        let head = format!("{name}{{{}}}", pairs.join(","));
        for sample in store.samples(id, i64::MIN, i64::MAX) {
            let (seconds, ms) = (sample.time_ms.div_euclid(1000), sample.time_ms.rem_euclid(1000));
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{head} {} {seconds}.{ms:03}", number(sample.value));
        }
    }
    text + "# EOF\n"
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn number(value: f64) -> String {
    match value {
        f64::INFINITY => "+Inf".into(),
        f64::NEG_INFINITY => "-Inf".into(),
        value => value.to_string(),
    }
}
