//! Statements in the words of the vocabulary.

use nom::Parser;
use nom::combinator::opt;

use super::cursor::{Cursor, Parsed};
use super::slot::slot;
use super::token::{sign, word};
use super::words::Rows;
use crate::form::Piece;
use crate::quantity::Value;
use crate::span::one_line;
use crate::tree::Said;
use crate::vocabulary::Phrase;

/// Reads a statement by the first form of `keyword` after which `tail` can be read, too.
pub(super) fn phrase<'a, T>(
    input: Cursor<'a>,
    keyword: &str,
    rows: &Rows<'_>,
    tail: impl Fn(Cursor<'a>) -> Parsed<'a, T>,
) -> Parsed<'a, (Said, T)> {
    let start = input.blanks();
    for (form, pieces) in rows.forms(keyword).unwrap_or_default().iter().enumerate() {
        let mut said = Said {
            phrase: Phrase { text: String::new(), keyword: keyword.to_owned(), form, values: Vec::new() },
            span: start.span_to(start),
            words: Vec::new(),
            places: Vec::new(),
            mentions: Vec::new(),
        };
        let read = sequence(start, pieces, &mut said).and_then(|(rest, ())| {
            let (after, tail) = tail(rest)?;
            Ok((rest, after, tail))
        });
        if let Ok((rest, after, tail)) = read {
            said.span = start.span_to(rest);
            said.phrase.text = one_line(&start.rest()[..rest.at - start.at]);
            return Ok((after, (said, tail)));
        }
    }
    Err(nom::Err::Error(super::cursor::Refused))
}

fn sequence<'a>(mut input: Cursor<'a>, pieces: &[Piece], said: &mut Said) -> Parsed<'a, ()> {
    for piece in pieces {
        (input, ()) = match piece {
            Piece::Word(expected) => {
                let read = word(expected)(input)?;
                said.words.push(expected);
                read
            }
            Piece::Comma => sign(",")(input)?,
            Piece::Slot(name, kind) => {
                let start = input.blanks();
                let (rest, (value, mention)) = slot(start, *kind)?;
                said.phrase.values.push(((*name).to_owned(), value));
                said.places.push(start.span_to(rest));
                said.mentions.extend(mention);
                (rest, ())
            }
            Piece::Optional(flag, inner) => (optional(input, *flag, inner, said)?.0, ()),
        };
    }
    Ok((input, ()))
}

/// Leaves `said` as it was where the group does not stand here.
fn optional<'a>(input: Cursor<'a>, flag: Option<&str>, inner: &[Piece], said: &mut Said) -> Parsed<'a, ()> {
    let mut tried = said.clone();
    let (rest, read) = opt(|input| sequence(input, inner, &mut tried)).parse(input)?;
    if read.is_some() {
        *said = tried;
        if let Some(flag) = flag {
            said.phrase.values.push((flag.to_owned(), Value::Flag));
            said.places.push(input.blanks().span_to(rest));
        }
    }
    Ok((rest, ()))
}
