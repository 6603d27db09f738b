//! A journal from JSON lines, or what is wrong with them.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::write::End;
use super::{Header, Health, Journal, PlanSummary, VERSION};

/// Why something is not a journal that this version can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalError {
    /// It does not begin with a header.
    NoHeader,
    /// It was written in another version of the format.
    Version(u32),
    /// A line is not the record that it should be.
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// It stops before its `end` record: in the middle of this line, or after it.
    Truncated {
        /// The line, from 1.
        line: usize,
    },
    /// The `end` record does not fit what comes before it.
    Altered,
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeader => f.write_str("not a journal: line 1 is no `header` record"),
            Self::Version(version) => write!(
                f,
                "the journal is of version {version} and this tool reads version {VERSION}; run the scenario again"
            ),
            Self::Line { line, message } => write!(f, "line {line} of the journal: {message}"),
            Self::Truncated { line } => {
                write!(
                    f,
                    "the journal is truncated at line {line}: there is no `end` record; the run did not finish writing it"
                )
            }
            Self::Altered => {
                f.write_str("the `end` record does not fit the journal: lines are missing or were changed")
            }
        }
    }
}

impl std::error::Error for JournalError {}

/// Reads a journal.
pub fn read(text: &str) -> Result<Journal, JournalError> {
    let mut partial: Option<Partial> = None;
    let mut number = 0;
    for line in text.lines() {
        number += 1;
        let kind = kind(line);
        match &mut partial {
            None => partial = Some(Partial::new(line, kind)?),
            Some(partial) if partial.end.is_some() => {
                let kind = kind.unwrap_or_default();
                return Err(partial.wrong(format!("a `{kind}` record after the `end` record")));
            }
            // Broken JSON is taken for the torn end of a file until another line follows.
            Some(partial) => match (kind, &partial.torn) {
                (_, Some(error)) => {
                    return Err(JournalError::Line { line: number - 1, message: error.clone() });
                }
                (Err(error), None) => partial.torn = Some(error),
                (Ok(kind), None) => partial.take(&kind, line)?,
            },
        }
    }
    partial.ok_or(JournalError::NoHeader)?.finish(number)
}

fn kind(line: &str) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Tag {
        record: String,
    }
    serde_json::from_str::<Tag>(line).map(|tag| tag.record).map_err(|error| error.to_string())
}

/// What was read so far; `journal` has neither plan nor health yet.
struct Partial {
    journal: Journal,
    plan: Option<PlanSummary>,
    health: Option<Health>,
    end: Option<End>,
    torn: Option<String>,
    records: usize,
}

impl Partial {
    /// Begins with the header, whose version is looked at before anything else.
    fn new(line: &str, kind: Result<String, String>) -> Result<Self, JournalError> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        if kind.as_deref() != Ok("header") {
            return Err(JournalError::NoHeader);
        }
        let Version { version } = parse(line, 1)?;
        if version != VERSION {
            return Err(JournalError::Version(version));
        }
        let header: Header = parse(line, 1)?;
        Ok(Self {
            journal: Journal { header, ..Journal::default() },
            plan: None,
            health: None,
            end: None,
            torn: None,
            records: 1,
        })
    }

    fn wrong(&self, message: String) -> JournalError {
        JournalError::Line { line: self.records + 1, message }
    }

    fn take(&mut self, kind: &str, line: &str) -> Result<(), JournalError> {
        let number = self.records + 1;
        let journal = &mut self.journal;
        match kind {
            "plan" => self.plan = Some(parse(line, number)?),
            "effect" => journal.effects.push(parse(line, number)?),
            "hit" => journal.hits.push(parse(line, number)?),
            "spared" => journal.spared.push(parse(line, number)?),
            "transition" => journal.transitions.push(parse(line, number)?),
            "rule" => journal.rules.push(parse(line, number)?),
            "notification" => journal.notifications.push(parse(line, number)?),
            "fate" => journal.fates.push(parse(line, number)?),
            "synthetic" => journal.synthetic = Some(parse(line, number)?),
            "traffic" => journal.traffic.push(parse(line, number)?),
            "health" => self.health = Some(parse(line, number)?),
            "twin" => journal.twin = Some(parse(line, number)?),
            "verdict" => journal.verdicts.push(parse(line, number)?),
            "end" => {
                self.end = Some(parse(line, number)?);
                return Ok(());
            }
            other => return Err(self.wrong(format!("no record is called `{other}`"))),
        }
        self.records += 1;
        Ok(())
    }

    /// `lines` is how many there were.
    fn finish(self, lines: usize) -> Result<Journal, JournalError> {
        let end = self.end.ok_or(JournalError::Truncated { line: lines })?;
        let (Some(plan), Some(health)) = (self.plan, self.health) else { return Err(JournalError::Altered) };
        let journal = Journal { plan, health, ..self.journal };
        if end != End::of(&journal, self.records) {
            return Err(JournalError::Altered);
        }
        Ok(journal)
    }
}

fn parse<T: DeserializeOwned>(line: &str, number: usize) -> Result<T, JournalError> {
    serde_json::from_str(line)
        .map_err(|error| JournalError::Line { line: number, message: error.to_string() })
}
