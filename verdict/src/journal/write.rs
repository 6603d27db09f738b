//! A journal as JSON lines.

use std::io::{self, Write};

use serde::Serialize;

use super::Journal;
use crate::verdict::Outcome;

/// The last record: whoever finds it knows that nothing is missing.
#[derive(Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(super) struct End {
    /// What all verdicts come to.
    pub(super) outcome: Outcome,
    pub(super) held: usize,
    pub(super) violated: usize,
    pub(super) inconclusive: usize,
    /// How many records come before this one.
    pub(super) records: usize,
}

impl End {
    pub(super) fn of(journal: &Journal, records: usize) -> Self {
        Self {
            outcome: journal.outcome(),
            held: journal.count(Outcome::Held),
            violated: journal.count(Outcome::Violated),
            inconclusive: journal.count(Outcome::Inconclusive),
            records,
        }
    }
}

#[derive(Serialize)]
struct Line<'a, T> {
    record: &'static str,
    #[serde(flatten)]
    content: &'a T,
}

struct Lines<W> {
    out: W,
    written: usize,
}

impl<W: Write> Lines<W> {
    fn all<'a, T: Serialize + 'a>(
        &mut self,
        record: &'static str,
        contents: impl IntoIterator<Item = &'a T>,
    ) -> io::Result<()> {
        for content in contents {
            serde_json::to_writer(&mut self.out, &Line { record, content })?;
            self.out.write_all(b"\n")?;
            self.written += 1;
        }
        Ok(())
    }
}

/// Writes a journal, one record a line.
pub fn write(journal: &Journal, out: impl Write) -> io::Result<()> {
    let mut lines = Lines { out, written: 0 };
    lines.all("header", [&journal.header])?;
    lines.all("plan", [&journal.plan])?;
    lines.all("effect", &journal.effects)?;
    lines.all("hit", &journal.hits)?;
    lines.all("spared", &journal.spared)?;
    lines.all("transition", &journal.transitions)?;
    lines.all("rule", &journal.rules)?;
    lines.all("notification", &journal.notifications)?;
    lines.all("fate", &journal.fates)?;
    lines.all("synthetic", &journal.synthetic)?;
    lines.all("traffic", &journal.traffic)?;
    lines.all("health", [&journal.health])?;
    lines.all("twin", &journal.twin)?;
    lines.all("verdict", &journal.verdicts)?;
    let end = End::of(journal, lines.written);
    lines.all("end", [&end])?;
    lines.out.flush()
}
