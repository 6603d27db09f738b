//! Templates of labels and annotations: the part of Go's `text/template` that Prometheus rules use.
//!
//! - `parse`: text → tree (`{{ }}` with trim marks and comments, `if`, `with`, `range`, variables, pipelines)
//! - `execute`: tree and data → text
//! - `functions`: what can be called, Prometheus' own included; `format` is Go's way to print numbers
//!
//! `define` and `template` are refused when a rule is read; the functions that ask Prometheus (`query`) or know its
//! address (`graphLink`) when a template is filled in.

mod execute;
mod format;
mod functions;
mod parse;
mod value;

use std::collections::BTreeMap;

use value::Value;

use crate::series::Labels;

/// A parsed template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    nodes: Vec<parse::Node>,
}

/// What a template can speak of.
pub(super) struct Data<'a> {
    /// `$labels` and `.Labels`: those of the expression's element, the metric's name included.
    pub(super) labels: &'a Labels,
    /// `$externalLabels`.
    pub(super) external_labels: &'a Labels,
    /// `$value`.
    pub(super) value: f64,
}

impl Template {
    /// Reads a template.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { nodes: parse::parse(text)? })
    }

    /// Fills it in.
    pub(super) fn expand(&self, data: &Data<'_>) -> Result<String, String> {
        // Most labels are plain text: nothing to prepare for them.
        match self.nodes.as_slice() {
            [parse::Node::Text(text)] => Ok(text.clone()),
            _ => self.execute(data),
        }
    }

    fn execute(&self, data: &Data<'_>) -> Result<String, String> {
        let map = |labels: &Labels| {
            Value::Labels(labels.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
        };
        let fields = BTreeMap::from([
            ("Labels", map(data.labels)),
            ("ExternalLabels", map(data.external_labels)),
            ("ExternalURL", Value::Text(String::new())),
            ("Value", Value::Float(data.value)),
        ]);
        let variables = [
            ("labels", "Labels"),
            ("externalLabels", "ExternalLabels"),
            ("externalURL", "ExternalURL"),
            ("value", "Value"),
        ];
        let variables = variables.map(|(name, field)| (name.to_string(), fields[field].clone()));
        execute::execute(&self.nodes, Value::Data(fields), variables.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str, value: f64) -> Result<String, String> {
        let labels: Labels =
            [("instance", "db-1:9187"), ("job", "db"), ("quote", "a\"b")].into_iter().collect();
        let external: Labels = [("region", "eu")].into_iter().collect();
        Template::parse(text)?.expand(&Data { labels: &labels, external_labels: &external, value })
    }

    /// Each line was given by promtool 2.42.
    #[test]
    fn fills_in_as_prometheus_does() {
        for (text, value, expected) in [
            ("plain", 0.0, "plain"),
            ("{{ $labels.instance }} at {{ $value }}", 0.25, "db-1:9187 at 0.25"),
            ("{{ .Labels.job }} {{ .Value }} {{ $externalLabels.region }}", 3.0, "db 3 eu"),
            ("[{{ $labels.missing }}]", 0.0, "[]"),
            ("{{ $value }}", 1e6, "1e+06"),
            ("{{ $value }}", 123456789.0, "1.23456789e+08"),
            ("{{ $value }}", 0.00001, "1e-05"),
            ("{{ $value | humanize }}", 1234567.0, "1.235M"),
            ("{{ $value | humanize }}", 0.00123, "1.23m"),
            ("{{ $value | humanize1024 }}", 1048576.0, "1Mi"),
            ("{{ $value | humanizeDuration }}", 90061.0, "1d 1h 1m 1s"),
            ("{{ $value | humanizeDuration }}", 0.0123, "12.3ms"),
            ("{{ humanizePercentage $value }}", 0.2, "20%"),
            ("{{ humanizePercentage $value }}", 0.123456, "12.35%"),
            (
                "{{ printf \"%.2f|%5.1f|%-6s|%d|%v|%q|%%\" $value $value \"a\" 7 true \"x\" }}",
                2.0,
                "2.00|  2.0|a     |7|true|\"x\"|%",
            ),
            ("{{ printf \"%d\" $value }}", 2.0, "%!d(float64=2)"),
            ("{{ $labels.job | toUpper }}{{ title \"ab cd\" }}{{ toLower \"X\" }}", 0.0, "DBAb Cdx"),
            (
                "{{ if gt $value 0.5 }}high{{ else if eq $labels.job \"db\" }}low{{ else }}?{{ end }}",
                0.25,
                "low",
            ),
            ("a {{- /* gone */ -}} b {{- 1 -}} c", 0.0, "ab1c"),
            (
                "{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}",
                0.0,
                "instance=db-1:9187;job=db;quote=a\"b;",
            ),
            ("{{ with $labels.job }}<{{ . }}>{{ end }}", 0.0, "<db>"),
            (
                "{{ $x := printf \"%s-%s\" $labels.job \"x\" }}{{ $x | reReplaceAll \"d(.)\" \"$1\" }}",
                0.0,
                "b-x",
            ),
            ("{{ if match \"^db-.*\" $labels.instance }}yes{{ end }}", 0.0, "yes"),
            ("{{ stripPort $labels.instance }}", 0.0, "db-1"),
            ("{{ index $labels \"job\" }}{{ len $labels }}", 0.0, "db3"),
            ("{{ (printf \"%s\" $labels.job) | toUpper }}", 0.0, "DB"),
            ("{{ \"}}\" }}{{ `a\\b` }}", 0.0, "}}a\\b"),
            ("{{ $value }}", f64::NAN, "NaN"),
            ("{{ $value | humanize }}", f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(expand(text, value).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_template() {
        for (text, cause) in [
            ("{{ $labels.x", "unclosed"),
            ("{{ if true }}x", "end"),
            ("{{ end }}", "unexpected"),
            ("{{ nosuch 1 }}", "\"nosuch\" not defined"),
            ("{{ $nosuch }}", "undefined variable"),
            ("{{ .Nosuch }}", "Nosuch"),
            ("{{ humanize \"x\" }}", "x"),
            ("{{ gt $value 1 }}", "incompatible types"),
            ("{{ template \"x\" }}", "not supported"),
            ("{{ query \"up\" }}", "not supported"),
            ("{{ }}", "missing value"),
            (&"{{ if true }}".repeat(10_000), "nested too deeply"),
            (&format!("{{{{ {} }}}}", "(".repeat(10_000)), "nested too deeply"),
        ] {
            let error = expand(text, 0.0).expect_err(text);
            assert!(error.contains(cause), "{text}: {error}");
        }
    }
}
