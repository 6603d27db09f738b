//! Diagnostics for programs: one JSON object on one line.

use serde_json::{Value, json};

use super::render::place;
use super::{Diagnostic, Label, Severity};
use crate::span::Sources;

/// A diagnostic as one line of JSON, without the line end. Lines and columns count from 1, columns in characters.
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let severity = match diagnostic.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({
        "severity": severity,
        "code": diagnostic.code.id(),
        "message": diagnostic.message,
        "primary": label(&diagnostic.primary, sources),
        "secondary": diagnostic.secondary.iter().map(|it| label(it, sources)).collect::<Vec<_>>(),
        "help": diagnostic.help,
    })
    .to_string()
}

fn label(label: &Label, sources: &Sources) -> Value {
    let Some(source) = sources.get(label.span.file) else { return Value::Null };
    let (line, column, _) = place(source, label.span);
    json!({
        "file": source.name,
        "line": line,
        "column": column,
        "start": label.span.start,
        "end": label.span.end,
        "text": label.text,
    })
}
