//! The parser: total, so that any text becomes a tree, and whatever is wrong becomes diagnostics.
//!
//! - `cursor`, `failure`: the input, and how the furthest failure is kept and told
//! - `token`, `quantity`, `distribution`: words, numbers with units, distributions
//! - `body`, `choose`: statements one a line, recovery, and the choice by the first word
//! - `words`, `phrase`, `slot`: statements in the words of the vocabulary
//! - `file`, `scenario`, `service`, `database`, `load`, `fault`, `slo`: the statements of the language itself

mod body;
mod choose;
mod cursor;
mod database;
mod distribution;
mod failure;
mod fault;
mod file;
mod load;
mod phrase;
mod quantity;
mod scenario;
mod service;
mod slo;
mod slot;
#[cfg(test)]
mod tests;
mod token;
mod words;

use std::cell::RefCell;

use cursor::{Cursor, Reading};
use failure::Failure;
use words::Words;

use crate::diagnostic::Diagnostic;
use crate::span::FileId;
use crate::tree::{Body, Item};
use crate::vocabulary::Vocabulary;

/// Reads a text. Statements that cannot be read stay in the tree as [`crate::tree::Node::Error`], each with a
/// diagnostic; the others are read all the same.
///
/// # Panics
/// If a form of the vocabulary is malformed; see [`Vocabulary::verify`].
pub fn parse(text: &str, file: FileId, vocabulary: &Vocabulary) -> (Body<Item>, Vec<Diagnostic>) {
    let words = Words::new(vocabulary);
    let reading = Reading {
        file,
        text,
        words: &words,
        furthest: RefCell::new(Failure::default()),
        diagnostics: RefCell::new(Vec::new()),
    };
    let start = Cursor::new(&reading);
    let start = start.skip(if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 });
    let (_, tree) = body::statements(start, &file::item);
    let mut diagnostics = reading.diagnostics.into_inner();
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    (tree, diagnostics)
}
