//! What is said about an expectation, and what the whole comes to.

use serde::{Deserialize, Serialize};

/// The three values of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is as expected, and the evidence shows it.
    Held,
    /// It is not.
    Violated,
    /// The evidence does not suffice to say.
    Inconclusive,
}

impl Outcome {
    /// The outcome of several: the gravest. Of none it is inconclusive, for nothing was judged.
    pub fn overall(outcomes: impl IntoIterator<Item = Self>) -> Self {
        let gravity = |outcome: &Self| match outcome {
            Self::Held => 0,
            Self::Inconclusive => 1,
            Self::Violated => 2,
        };
        outcomes.into_iter().max_by_key(gravity).unwrap_or(Self::Inconclusive)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Violated => "violated",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// The mark that stands before it in reports.
    pub fn mark(self) -> char {
        match self {
            Self::Held => '✓',
            Self::Violated => '✗',
            Self::Inconclusive => '?',
        }
    }
}

/// What was found of one expectation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Index of the expectation in the plan's checks.
    pub check: usize,
    /// The expectation as written.
    pub text: String,
    /// The file it stands in.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The outcome.
    pub outcome: Outcome,
    /// Why, in one sentence.
    pub reason: String,
    /// What shows it.
    pub evidence: Vec<Evidence>,
}

/// One line of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What the line tells.
    pub kind: EvidenceKind,
    /// The line.
    pub text: String,
}

/// What a line of evidence tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// What was to happen.
    Expected,
    /// What did.
    Happened,
    /// When.
    When,
    /// By how much the expectation was met or missed.
    By,
    /// The link of the chain from sample to page that broke.
    Link,
    /// A value behind the verdict.
    Sample,
    /// A trace behind it.
    Trace,
    /// A log line behind it.
    Log,
    /// What else is worth knowing.
    Note,
}

impl EvidenceKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Happened => "happened",
            Self::When => "when",
            Self::By => "by",
            Self::Link => "link",
            Self::Sample => "sample",
            Self::Trace => "trace",
            Self::Log => "log",
            Self::Note => "note",
        }
    }
}

/// What a check found: a [`Verdict`] without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The outcome.
    pub outcome: Outcome,
    /// Why, in one sentence.
    pub reason: String,
    /// What shows it.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// A finding of this outcome, without evidence yet.
    pub fn new(outcome: Outcome, reason: impl Into<String>) -> Self {
        Self { outcome, reason: reason.into(), evidence: Vec::new() }
    }

    /// It is as expected.
    pub fn held(reason: impl Into<String>) -> Self {
        Self::new(Outcome::Held, reason)
    }

    /// It is not.
    pub fn violated(reason: impl Into<String>) -> Self {
        Self::new(Outcome::Violated, reason)
    }

    /// It cannot be said.
    pub fn inconclusive(reason: impl Into<String>) -> Self {
        Self::new(Outcome::Inconclusive, reason)
    }

    /// Casts doubt on what was held: it becomes inconclusive for this reason, and the former one is kept as a note.
    pub fn doubted(self, reason: impl Into<String>) -> Self {
        if self.outcome != Outcome::Held {
            return self;
        }
        let former = self.reason;
        Self { outcome: Outcome::Inconclusive, reason: reason.into(), evidence: self.evidence }
            .with(EvidenceKind::Note, former)
    }

    /// Adds a line of evidence.
    pub fn with(mut self, kind: EvidenceKind, text: impl Into<String>) -> Self {
        self.evidence.push(Evidence { kind, text: text.into() });
        self
    }

    /// Adds several lines of one kind.
    pub fn with_all(mut self, kind: EvidenceKind, texts: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(texts.into_iter().map(|text| Evidence { kind, text }));
        self
    }
}
