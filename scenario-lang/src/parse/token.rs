//! The smallest pieces: words, names, strings, punctuation. Each skips the blanks before it and fails at the place
//! where it should stand.

use nom::Parser;
use nom::bytes::complete::take_while1;
use nom::multi::separated_list1;

use super::cursor::{Cursor, Parsed, is_blank};
use crate::diagnostic::{Code, Diagnostic};
use crate::tree::Name;

/// A name: letters, digits, `_` and inner `-`, beginning with a letter or `_`.
pub(super) fn name(what: &'static str) -> impl Fn(Cursor<'_>) -> Parsed<'_, Name> {
    move |input| {
        let start = input.blanks();
        match word_length(start.rest()) {
            0 => start.expected(what),
            length => {
                let rest = start.skip(length);
                Ok((rest, start.spanned(rest, start.rest()[..length].to_owned())))
            }
        }
    }
}

/// A name of a thing outside the file, which may need quotes.
pub(super) fn foreign_name(what: &'static str) -> impl Fn(Cursor<'_>) -> Parsed<'_, Name> {
    move |input| if input.blanks().peek() == Some('"') { string(what)(input) } else { name(what)(input) }
}

/// Exactly this word.
pub(super) fn word<'a>(expected: &'static str) -> impl Fn(Cursor<'a>) -> Parsed<'a, ()> {
    move |input| {
        let start = input.blanks();
        let length = word_length(start.rest());
        if length > 0 && &start.rest()[..length] == expected {
            Ok((start.skip(length), ()))
        } else {
            start.expected(format!("`{expected}`"))
        }
    }
}

/// Exactly this punctuation.
pub(super) fn sign<'a>(expected: &'static str) -> impl Fn(Cursor<'a>) -> Parsed<'a, ()> {
    move |input| {
        let start = input.blanks();
        if start.rest().starts_with(expected) {
            Ok((start.skip(expected.len()), ()))
        } else {
            start.expected(format!("`{expected}`"))
        }
    }
}

/// Items between commas, at least one.
pub(super) fn comma_list<'a, T>(
    item: impl Fn(Cursor<'a>) -> Parsed<'a, T>,
) -> impl FnOnce(Cursor<'a>) -> Parsed<'a, Vec<T>> {
    move |input| separated_list1(sign(","), item).parse(input)
}

/// Text in double quotes, on one line; there are no escapes.
pub(super) fn string(what: &'static str) -> impl Fn(Cursor<'_>) -> Parsed<'_, Name> {
    quoted('"', what)
}

/// Text in backticks, which may run over several lines.
pub(super) fn backticked(what: &'static str) -> impl Fn(Cursor<'_>) -> Parsed<'_, Name> {
    quoted('`', what)
}

fn quoted(quote: char, what: &'static str) -> impl Fn(Cursor<'_>) -> Parsed<'_, Name> {
    move |input| {
        let start = input.blanks();
        if start.peek() != Some(quote) {
            return start.expected(what);
        }
        match quoted_length(start.rest()) {
            Some(length) => {
                let rest = start.skip(length);
                Ok((rest, start.spanned(rest, start.rest()[1..length - 1].to_owned())))
            }
            None => {
                let after = start.skip(line_length(start.rest()));
                let problem =
                    Diagnostic::new(Code::Unterminated, start.span_to(after), format!("{what} never ends"))
                        .label("begins here")
                        .help(if quote == '`' {
                            "close it with a backtick"
                        } else {
                            "close it with `\"`, on the same line"
                        });
                start.refuse(problem)
            }
        }
    }
}

/// Digits with `_` between them.
pub(super) fn digits(input: Cursor<'_>) -> Parsed<'_, &str> {
    let (rest, digits) = take_while1(|char: char| char.is_ascii_digit() || char == '_')(input)?;
    Ok((rest, digits.rest()))
}

/// How many bytes the word at the start of `text` has; 0 if there is none.
pub(super) fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_') {
        return 0;
    }
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let inner_dash = |index: usize| bytes[index] == b'-' && bytes.get(index + 1).is_some_and(part);
    (1..bytes.len()).find(|index| !part(&bytes[*index]) && !inner_dash(*index)).unwrap_or(bytes.len())
}

/// How many bytes the quoted text at the start of `text` has, quotes included; `None` if it never ends.
pub(super) fn quoted_length(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let ends = |char: char| char == quote || (quote == '"' && char == '\n');
    let length = text[1..].find(ends)?;
    text[1 + length..].starts_with(quote).then_some(length + 2)
}

/// How many bytes the line has, its end excluded.
pub(super) fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// What stands at the start of `text`: its length in bytes, how to call it, and the word if it is one.
pub(super) fn found(text: &str) -> (usize, String, Option<&str>) {
    let Some(first) = text.chars().next() else { return (0, "the end of the file".to_owned(), None) };
    if first == '\n' || text.trim_start_matches(is_blank).starts_with('\n') {
        return (0, "the end of the line".to_owned(), None);
    }
    let length = match first {
        '"' | '`' => quoted_length(text).unwrap_or(1).min(line_length(text)),
        _ if is_solid(first) => text.find(|char| !is_solid(char)).unwrap_or(text.len()),
        _ => first.len_utf8(),
    };
    let shown = text[..length].trim_end();
    let quote = if shown.contains('`') { "'" } else { "`" };
    (shown.len(), format!("{quote}{shown}{quote}"), (word_length(shown) == shown.len()).then_some(shown))
}

/// Characters that hang together in what the user sees as one piece.
fn is_solid(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | '%' | '/' | ':')
}
