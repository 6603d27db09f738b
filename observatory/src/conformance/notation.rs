//! Series, values and durations as test files write them.

use std::sync::LazyLock;

use promql_parser::util::parse_duration;
use regex::Regex;

use crate::promql::Query;
use crate::series::{Labels, STALE_NAN};

/// `5`, `1+2x3`, `_x4`: a number, a step, how often.
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf|nan";
    let pattern = format!(r"^(?i:(_|stale|[+-]?(?:{number}))(?:([+-](?:{number}))?x([0-9]+))?)$");
    Regex::new(&pattern).expect("the pattern is constant and valid")
});

/// The most values that one series may have.
const MAX_VALUES: usize = 1_000_000;

/// A run of values; `None` where one is left out.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) values: Vec<Option<f64>>,
    /// Whether native histograms were left out of it.
    pub(super) native: bool,
}

/// A duration, or a number of seconds, in milliseconds.
pub(super) fn duration(text: &str) -> Result<i64, String> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Ok((seconds * 1000.0).round() as i64);
    }
    let (sign, size) = text.strip_prefix('-').map_or((1, text), |size| (-1, size));
    if !size.contains(|c: char| ('1'..='9').contains(&c)) && size.starts_with('0') {
        return Ok(0);
    }
    let size = parse_duration(size).map_err(|error| format!("`{text}` is no duration: {error}"))?;
    Ok(sign * size.as_millis() as i64)
}

pub(super) fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

/// The labels at the start of a line, and the rest.
pub(super) fn series(line: &str) -> Result<(Labels, &str), String> {
    let brace = line.find('{').filter(|&brace| !line[..brace].contains(char::is_whitespace));
    let end = match brace {
        Some(brace) => closing(&line[brace..]).map(|end| brace + end + 1),
        None => line.find(char::is_whitespace),
    };
    let (name, values) = line.split_at(end.unwrap_or(line.len()));
    if name == "{}" {
        return Ok((Labels::default(), values));
    }
    let query = Query::parse(name).map_err(|error| format!("`{name}` is no series: {error}"))?;
    let [selector] = &query.selectors()[..] else { return Err(format!("`{name}` is no series")) };
    Ok((selector.matchers.iter().map(|matcher| (matcher.name(), matcher.value())).collect(), values))
}

/// Where the brace that opens a text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    text.char_indices().find_map(|(place, c)| {
        let plain = !std::mem::take(&mut escaped);
        match c {
            '\\' => escaped = plain,
            '"' if plain => quoted = !quoted,
            '}' if !quoted => return Some(place),
            _ => {}
        }
        None
    })
}

/// Values with blanks between.
pub(super) fn values(text: &str) -> Result<Run, String> {
    let mut run = Run::default();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if rest.starts_with("{{") {
            run.native = true;
            rest = rest[histogram(rest, &mut run.values)?..].trim_start();
            continue;
        }
        let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        rest = after.trim_start();
        let parts = RUN.captures(word).ok_or_else(|| format!("`{word}` is no run of values"))?;
        let times = parts.get(3).map_or(Ok(0), |times| times.as_str().parse::<usize>());
        let times = times.ok().filter(|times| *times <= MAX_VALUES);
        let times = times.ok_or_else(|| format!("`{word}` has more than {MAX_VALUES} values"))?;
        let step = parts.get(2).map_or(Ok(0.0), |step| number(step.as_str()))?;
        match &parts[1] {
            // Of what is left out, the number says how many; of values, how many follow the first.
            "_" => run.values.extend(std::iter::repeat_n(None, times.max(1))),
            "stale" => run.values.extend(std::iter::repeat_n(Some(STALE_NAN), times + 1)),
            first => {
                let mut value = number(first)?;
                for _ in 0..=times {
                    run.values.push(Some(value));
                    value += step;
                }
            }
        }
    }
    Ok(run)
}

/// Leaves out a run of native histograms (`{{…}}`, `{{…}}x5`, `{{…}}+{{…}}x5`) and says how long it is.
fn histogram(text: &str, values: &mut Vec<Option<f64>>) -> Result<usize, String> {
    let close = |from: usize| text[from..].find("}}").map(|end| from + end + 2);
    let unclosed = || format!("a histogram is not closed: `{text}`");
    let mut end = close(0).ok_or_else(unclosed)?;
    if text[end..].starts_with("+{{") || text[end..].starts_with("-{{") {
        end = close(end).ok_or_else(unclosed)?;
    }
    let word = text[end..].split(char::is_whitespace).next().unwrap_or_default();
    let times = word.strip_prefix('x').and_then(|times| times.parse::<usize>().ok()).unwrap_or(0);
    values.extend(std::iter::repeat_n(None, times.min(MAX_VALUES) + 1));
    Ok(end + word.len())
}
