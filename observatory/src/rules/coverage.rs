//! Selectors that nothing can match: a rule that waits for a series that never comes.

use std::collections::BTreeMap;

use super::file::RuleFile;
use crate::series::{Matcher, NAME};

/// A series, or a family of them, that is known to come.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownSeries {
    /// Its labels, `__name__` included.
    pub labels: Vec<(String, Values)>,
}

/// The values that a label may have.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Whatever.
    Any,
    /// One of these.
    OneOf(Vec<String>),
}

/// A selector that no series can match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// The rule file.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// The selector.
    pub selector: String,
    /// The nearest metric's name, or, where the metric exists, the nearest value of the label that keeps it away.
    pub nearest: Option<String>,
}

/// A known series, and whether it may have labels that are not listed.
struct Candidate {
    labels: BTreeMap<String, Values>,
    open: bool,
}

/// The selectors of the rules that match neither a known series, nor one that the rules record, nor `up`, `ALERTS`
/// and `ALERTS_FOR_STATE`.
pub fn unmatched(files: &[RuleFile], known: &[KnownSeries]) -> Vec<Unmatched> {
    let candidates = candidates(files, known);
    let mut found = Vec::new();
    for file in files {
        for rule in file.groups.iter().flat_map(|group| &group.rules) {
            for selector in rule.query.selectors() {
                if candidates.iter().any(|candidate| candidate.satisfies(&selector.matchers)) {
                    continue;
                }
                found.push(Unmatched {
                    file: file.name.clone(),
                    rule: rule.name.clone(),
                    selector: selector.text.clone(),
                    nearest: nearest(&selector.matchers, &candidates),
                });
            }
        }
    }
    found
}

fn candidates(files: &[RuleFile], known: &[KnownSeries]) -> Vec<Candidate> {
    let named = |name: &str, labels: &BTreeMap<String, String>| {
        let labels = labels.iter().map(|(name, value)| (name.clone(), Values::OneOf(vec![value.clone()])));
        let name = (NAME.to_string(), Values::OneOf(vec![name.to_string()]));
        Candidate { labels: labels.chain([name]).collect(), open: true }
    };
    let mut candidates: Vec<Candidate> = known
        .iter()
        .map(|series| Candidate { labels: series.labels.iter().cloned().collect(), open: false })
        .collect();
    let own = ["up", "ALERTS", "ALERTS_FOR_STATE"];
    candidates.extend(own.map(|name| named(name, &BTreeMap::new())));
    let rules = files.iter().flat_map(|file| &file.groups).flat_map(|group| &group.rules);
    let recording = rules.filter(|rule| rule.alerting.is_none());
    candidates.extend(recording.map(|rule| named(&rule.name, &rule.labels)));
    candidates
}

impl Candidate {
    fn satisfies(&self, matchers: &[Matcher]) -> bool {
        matchers.iter().all(|matcher| self.fits(matcher))
    }

    fn fits(&self, matcher: &Matcher) -> bool {
        match self.labels.get(matcher.name()) {
            Some(Values::Any) => true,
            Some(Values::OneOf(values)) => values.iter().any(|value| matcher.matches(value)),
            None => self.open || matcher.matches(""),
        }
    }

    fn values(&self, label: &str) -> &[String] {
        match self.labels.get(label) {
            Some(Values::OneOf(values)) => values,
            _ => &[],
        }
    }
}

/// The nearest name if the metric is unknown, else `label="value"` for the first label that keeps the series away.
fn nearest(matchers: &[Matcher], candidates: &[Candidate]) -> Option<String> {
    let (names, rest): (Vec<&Matcher>, Vec<&Matcher>) =
        matchers.iter().partition(|matcher| matcher.name() == NAME);
    let named: Vec<&Candidate> =
        candidates.iter().filter(|candidate| names.iter().all(|matcher| candidate.fits(matcher))).collect();
    if named.is_empty() {
        let all = candidates.iter().flat_map(|candidate| candidate.values(NAME));
        return closest(names.first()?.value(), all).map(str::to_string);
    }
    let apart = rest.into_iter().find(|matcher| !named.iter().any(|candidate| candidate.fits(matcher)))?;
    let values = named.iter().flat_map(|candidate| candidate.values(apart.name()));
    match closest(apart.value(), values) {
        Some(value) => Some(format!("{}={value:?}", apart.name())),
        None => Some(format!("{} without the label {}", named[0].values(NAME).first()?, apart.name())),
    }
}

fn closest<'a>(wanted: &str, values: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    values.map(|value| (edit_distance(wanted, value), value.as_str())).min().map(|(_, value)| value)
}

/// How many characters must be added, removed or replaced (Levenshtein's distance).
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
