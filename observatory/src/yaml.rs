//! Errors of YAML files in one line.

/// The cause of a YAML error, without the place, which is reported apart.
pub(crate) fn cause(error: &serde_saphyr::Error) -> String {
    error.without_snippet().to_string()
}
