//! The furthest failure: of all ways to read a statement, the one that came furthest tells what is wrong.

use super::cursor::Reading;
use super::token::found;
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::suggest::{listed, nearest};

/// More alternatives than this are not listed.
const LISTED: usize = 8;

/// Where reading failed, and what would have been right there.
#[derive(Debug, Default)]
pub(super) struct Failure {
    at: usize,
    expected: Vec<String>,
    problem: Option<Diagnostic>,
}

impl Failure {
    /// `what` was expected: words in backticks, anything else described (`a duration`).
    pub(super) fn expected(at: usize, what: impl Into<String>) -> Self {
        Self { at, expected: vec![what.into()], problem: None }
    }

    /// Something is wrong that has a diagnostic of its own; at the same place it comes before mere expectations.
    pub(super) fn problem(at: usize, problem: Diagnostic) -> Self {
        Self { at, expected: Vec::new(), problem: Some(problem) }
    }

    /// Keeps the further one; where both failed at the same place, what either expected.
    pub(super) fn merge(&mut self, other: Self) {
        if other.at > self.at {
            *self = other;
        } else if other.at == self.at {
            self.problem = self.problem.take().or(other.problem);
            for what in other.expected {
                if !self.expected.contains(&what) {
                    self.expected.push(what);
                }
            }
        }
    }

    /// What to tell the user.
    pub(super) fn diagnostic(self, reading: &Reading<'_>) -> Diagnostic {
        if let Some(problem) = self.problem {
            return problem;
        }
        let (length, found, word) = found(&reading.text[self.at..]);
        let span = Span { file: reading.file, start: self.at, end: self.at + length };
        let words: Vec<&str> =
            self.expected.iter().filter_map(|what| what.strip_prefix('`')?.strip_suffix('`')).collect();
        let help = word
            .and_then(|word| nearest(word, &words))
            .map(|near| format!("a similar word fits here: `{near}`"));
        let shown = self.expected.iter().take(LISTED).cloned();
        let expected = match self.expected.len() {
            0 => "something else".to_owned(),
            1..=LISTED => listed(shown, "or"),
            _ => format!("one of {}, …", shown.collect::<Vec<_>>().join(", ")),
        };
        Diagnostic::new(Code::Unexpected, span, format!("expected {expected}, found {found}"))
            .label("not expected here")
            .maybe_help(help)
    }
}
