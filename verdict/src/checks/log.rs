//! ``log in … matching `…` with trace_id, at least …``.

use observatory::logs::LogQuery;
use regex::Regex;
use scenario_lang::vocabulary::Spec;

use super::{Case, Row};
use crate::readable::{count, counted};
use crate::verdict::EvidenceKind::{Expected, Happened, Log, Sample};
use crate::verdict::Finding;
use crate::window::Window;

pub(super) const ROW: Row = Row {
    spec: Spec {
        keyword: "log",
        forms: &[
            "log in {service:service} matching {pattern:text} [trace: with trace_id], at least {min:count} [{when:when}]",
        ],
        doc: "At least so many log lines of the service match a regular expression somewhere (the syntax of Rust's \
              regex, which is close to RE2's); `with trace_id` counts only those that name their trace.",
        example: "log in api-gateway matching `upstream 503` with trace_id, at least 100 during bad-deploy",
    },
    judge,
};

/// How many lines are shown.
const SHOWN: usize = 3;

/// The pattern of a `log` expectation; the error is one line that says what is wrong with it.
pub fn pattern(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| {
        let message = error.to_string();
        let last = message.lines().last().unwrap_or_default();
        format!("`{text}` is no regular expression: {}", last.strip_prefix("error: ").unwrap_or(last))
    })
}

fn judge(case: &Case) -> Result<Finding, String> {
    let min = case.slot("min", |phrase, slot| phrase.count(slot))?;
    let query = LogQuery {
        service: case.slot("service", |phrase, slot| phrase.name(slot))?,
        pattern: pattern(&case.slot("pattern", |phrase, slot| phrase.text(slot))?)?,
        with_trace_id: case.phrase().has("trace"),
        from_ns: 0,
        to_ns: 0,
    };
    let window = case.stretch()?;
    let found = ask(case, &query, &window);
    let expected = format!("at least {} {}", counted(min, "such line"), window.text(case.clock()));
    let happened = counted(found.count, "such line");
    if found.count > 0 && found.count >= min {
        return Ok(Finding::held(format!("{happened} of at least {}", count(min)))
            .with(Expected, expected)
            .with_all(Log, found.examples));
    }
    if min == 0 {
        return Err("`at least 0` asks for nothing".to_owned());
    }
    if case.flight.logs.is_empty() {
        return Err("no service wrote a single line".to_owned());
    }
    if found.lost > 0 {
        return Err(format!(
            "{happened} found, but {} were dropped for want of space",
            counted(found.lost, "line")
        ));
    }
    let nearest =
        relaxed(&query).map(|(what, query)| format!("{} {what}", count(ask(case, &query, &window).count)));
    Ok(Finding::violated(format!("{happened}, at least {} expected", count(min)))
        .with(Expected, expected)
        .with(Happened, happened)
        .with_all(Sample, nearest)
        .with_all(Log, found.examples))
}

struct Found {
    count: u64,
    examples: Vec<String>,
    lost: u64,
}

fn ask(case: &Case, query: &LogQuery, window: &Window) -> Found {
    let mut found = Found { count: 0, examples: Vec::new(), lost: 0 };
    for span in window.spans() {
        let query = LogQuery { from_ns: span.from_ns, to_ns: span.until_ns(), ..query.clone() };
        let matches = case.flight.logs.query(&query, &case.flight.catalog);
        found.count += matches.count;
        found.lost = found.lost.max(matches.lost);
        found.examples.extend(matches.examples.into_iter().map(|(time, text, trace)| {
            let trace = if trace == Default::default() { String::new() } else { format!(" trace {trace}") };
            format!("{} {text}{trace}", case.clock().at(time))
        }));
    }
    found.examples.truncate(SHOWN);
    found
}

/// The same question with one condition less, to see which one nothing met.
fn relaxed(query: &LogQuery) -> impl Iterator<Item = (&'static str, LogQuery)> {
    let anything = Regex::new("")
        .ok()
        .map(|pattern| ("lines of the service with whatever text", LogQuery { pattern, ..query.clone() }));
    let untraced = query
        .with_trace_id
        .then(|| ("lines without asking for a trace id", LogQuery { with_trace_id: false, ..query.clone() }));
    anything.into_iter().chain(untraced)
}
