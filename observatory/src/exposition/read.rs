//! What a target exposes, in Prometheus' text format
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::fmt;

use crate::series::{Labels, NAME};

/// One sample as it was exposed.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposed {
    /// Name and labels.
    pub labels: Labels,
    /// The value.
    pub value: f64,
}

/// A line that is not of the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub cause: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.cause)
    }
}

impl std::error::Error for ReadError {}

/// Reads all samples. Comments, types and times of samples are passed over: a scrape takes its own time.
///
/// # Errors
/// The first line that is not of the format.
pub fn read(text: &str) -> Result<Vec<Exposed>, ReadError> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let samples = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    samples.map(|(line, text)| sample(text).map_err(|cause| ReadError { line, cause })).collect()
}

fn sample(line: &str) -> Result<Exposed, String> {
    let end = line.find(|c: char| c == '{' || c.is_whitespace()).unwrap_or(line.len());
    let (name, mut rest) = line.split_at(end);
    if name.is_empty() {
        return Err("no name".to_owned());
    }
    let mut pairs = vec![(NAME.to_owned(), name.to_owned())];
    if let Some(inner) = rest.strip_prefix('{') {
        rest = labels(inner, &mut pairs)?;
    }
    let value = rest.split_whitespace().next().ok_or("no value")?;
    let value = match value {
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        value => value.parse().map_err(|_| format!("{value:?} is no value"))?,
    };
    Ok(Exposed { labels: pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(), value })
}

/// Reads `name="value",…}` and returns what comes after it.
fn labels<'a>(mut rest: &'a str, pairs: &mut Vec<(String, String)>) -> Result<&'a str, String> {
    loop {
        rest = rest.trim_start_matches([',', ' ']);
        if let Some(after) = rest.strip_prefix('}') {
            return Ok(after);
        }
        let (name, quoted) = rest.split_once('=').ok_or("a label without a value")?;
        let quoted = quoted.trim_start().strip_prefix('"').ok_or("a label's value without quotes")?;
        let (value, after) = unquoted(quoted).ok_or("a label's value that does not end")?;
        pairs.push((name.trim().to_owned(), value));
        rest = after;
    }
}

/// The text up to the next quote that is not escaped, and what comes after it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::openmetrics;
    use super::*;
    use crate::series::{Store, StoreOptions};

    #[test]
    fn what_is_written_is_read() {
        let mut store = Store::new(StoreOptions::default());
        let series: [&[(&str, &str)]; 3] = [
            &[(NAME, "up")],
            &[(NAME, "seconds_bucket"), ("le", "+Inf"), ("route", "a\"b\\c\nd, e}=\"")],
            &[(NAME, "x_total"), ("a", "")],
        ];
        let mut expected = Vec::new();
        for (value, labels) in [1.5, f64::INFINITY, -0.0].into_iter().zip(series) {
            let labels: Labels = labels.iter().copied().collect();
            let id = store.resolve(&labels);
            store.append(id, 1_000, value).unwrap();
            expected.push((id, Exposed { labels, value }));
        }
        let ids: Vec<_> = expected.iter().map(|(id, _)| *id).collect();
        let read = read(&openmetrics(&store, &ids)).unwrap();
        assert_eq!(read, expected.into_iter().map(|(_, exposed)| exposed).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_no_sample_is_told_with_its_line() {
        for (text, line) in
            [("up 1\n\nup\n", 3), ("# TYPE x counter\nx{a=1} 1", 2), ("x{a=\"b 1", 1), ("x one", 1)]
        {
            assert_eq!(read(text).unwrap_err().line, line, "{text:?}");
        }
    }
}
