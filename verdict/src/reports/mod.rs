//! Reports: pure functions over a journal, one file for each format.

mod json;
mod junit;
mod markdown;
mod text;

use crate::journal::Journal;

/// How a report is laid out; only the terminal's minds it.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to colour with ANSI codes.
    pub colour: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self { width: 100, colour: false }
    }
}

/// One format.
#[derive(Debug, Clone, Copy)]
pub struct Report {
    /// Its name, as `--as` takes it.
    pub name: &'static str,
    /// What it is for, in one line.
    pub doc: &'static str,
    /// Writes it; the text ends with a line break.
    pub render: fn(&Journal, Layout) -> String,
}

/// All formats; the first is the default.
pub const TABLE: &[Report] = &[text::REPORT, json::REPORT, junit::REPORT, markdown::REPORT];

/// The format of that name.
pub fn report(name: &str) -> Option<&'static Report> {
    TABLE.iter().find(|report| report.name == name)
}
