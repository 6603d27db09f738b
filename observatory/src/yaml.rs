//! Errors of YAML files in one line.

/// The cause of a YAML error, without the place, which is reported apart.
pub(crate) fn cause(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    match text.rsplit_once(" at line ") {
        Some((cause, _)) => cause.to_string(),
        None => text,
    }
}
