//! The first word of a statement decides what it is.

use nom::Parser;
use nom::combinator::cut;

use super::cursor::{Cursor, Parsed};
use super::token::name;
use crate::diagnostic::{Code, Diagnostic};
use crate::suggest::{advice, listed};
use crate::tree::Name;

/// A word and the parser of what follows it.
pub(super) type Row<S> = (&'static str, for<'a> fn(Cursor<'a>) -> Parsed<'a, S>);

/// Reads a statement by the row of its first word; other words go to `otherwise`, with the place of the word.
pub(super) fn choose<'a, S>(
    input: Cursor<'a>,
    rows: &[Row<S>],
    otherwise: impl Fn(Cursor<'a>, &Name) -> Parsed<'a, S>,
) -> Parsed<'a, S> {
    let (rest, word) = name("a statement")(input)?;
    match rows.iter().find(|(row, _)| *row == word.value) {
        Some((_, read)) => cut(read).parse(rest),
        None => otherwise(input, &word),
    }
}

/// Reads a statement by the row of its first word; `noun` says what it is.
pub(super) fn statement<'a, S>(
    noun: &'static str,
    rows: &'static [Row<S>],
) -> impl Fn(Cursor<'a>) -> Parsed<'a, S> {
    move |input| {
        choose(input, rows, |input, word| {
            let known: Vec<&str> = rows.iter().map(|(word, _)| *word).collect();
            unknown(input, word, Code::UnknownStatement, noun, &known)
        })
    }
}

/// Refuses a word that is none of `known`; `noun` says what it should have been.
pub(super) fn unknown<'a, S>(
    input: Cursor<'a>,
    word: &Name,
    code: Code,
    noun: &str,
    known: &[&str],
) -> Parsed<'a, S> {
    let all = || Some(format!("known here: {}", listed(known.iter().map(|word| format!("`{word}`")), "and")));
    let problem = Diagnostic::new(code, word.span, format!("`{}` is not {noun}", word.value))
        .label("unknown")
        .maybe_help(advice(&word.value, known, "word").or_else(all));
    input.refuse(problem)
}
