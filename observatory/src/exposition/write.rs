//! OpenMetrics text out of the store (<https://prometheus.io/docs/specs/om/open_metrics_spec/>), every sample with its
//! time: what `promtool tsdb create-blocks-from openmetrics` reads.

use std::fmt::Write;

use crate::series::{NAME, SeriesId, Store, is_stale};

/// The samples of these series. Types are not known any more and are left out, which the format reads as `unknown`.
/// Staleness markers are left out, too: the format has none, and would make values of them.
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
        for sample in store.samples(id, i64::MIN, i64::MAX).filter(|sample| !is_stale(sample.value)) {
            let seconds = sample.time_ms as f64 / 1_000.0;
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{head} {} {seconds:.3}", number(sample.value));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::{Labels, STALE_NAN, StoreOptions};

    #[test]
    fn samples_have_labels_values_and_times_as_the_format_has_them() {
        let mut store = Store::new(StoreOptions::default());
        let labels: Labels =
            [(NAME, "seconds_bucket"), ("le", "+Inf"), ("route", "a\"b\\c\nd")].into_iter().collect();
        let id = store.resolve(&labels);
        let samples = [
            (-1, 1.0),
            (500, 0.1),
            (1_767_603_600_015, f64::INFINITY),
            (1_767_603_600_016, STALE_NAN),
            (1_767_603_600_017, f64::NAN),
        ];
        for (time_ms, value) in samples {
            store.append(id, time_ms, value).unwrap();
        }
        let head = r#"seconds_bucket{le="+Inf",route="a\"b\\c\nd"}"#;
        assert_eq!(
            openmetrics(&store, &[id]),
            format!(
                "{head} 1 -0.001\n{head} 0.1 0.500\n{head} +Inf 1767603600.015\n{head} NaN 1767603600.017\n# EOF\n"
            )
        );
    }
}
