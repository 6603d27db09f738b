//! `fault name on caller -> called { … }`: when, and what.

use nom::Parser;
use nom::branch::alt;
use nom::combinator::opt;

use super::body::{block, end_of_statement};
use super::choose::{Row, choose, unknown};
use super::cursor::{Cursor, Parsed};
use super::phrase::phrase;
use super::quantity::{duration, ratio};
use super::slot::anchor;
use super::token::{name, sign, word};
use crate::diagnostic::Code;
use crate::span::Spanned;
use crate::tree::{Fault, FaultItem, Moment};

const ROWS: &[Row<FaultItem>] = &[("from", |input| {
    (moment, word("for"), duration).map(|(from, _, length)| FaultItem::Window(from, length)).parse(input)
})];

/// What follows `fault`.
pub(super) fn fault(input: Cursor<'_>) -> Parsed<'_, Fault> {
    let (input, name_) = name("the fault's name")(input)?;
    let (input, ()) = word("on")(input)?;
    let (input, from) = name("the name of the calling service")(input)?;
    let (input, ()) = sign("->")(input)?;
    let (input, to) = name("the name of the called service")(input)?;
    let (input, body) = block(item)(input)?;
    Ok((input, Fault { name: name_, from, to, body }))
}

fn item(input: Cursor<'_>) -> Parsed<'_, FaultItem> {
    choose(input, ROWS, |input, keyword| {
        let faults = &input.reading.words.faults;
        if faults.forms(&keyword.value).is_none() {
            let known: Vec<&str> = faults.keywords().chain(ROWS.iter().map(|(word, _)| *word)).collect();
            return unknown(input, keyword, Code::UnknownFault, "a fault", &known);
        }
        let (rest, (said, share)) = phrase(input, &keyword.value, faults, share)?;
        Ok((rest, FaultItem::Action(said, share)))
    })
}

/// `for 20% of requests`, if it stands there, and then the end of the statement.
fn share(input: Cursor<'_>) -> Parsed<'_, Option<Spanned<f64>>> {
    let (input, share) = opt((word("for"), ratio, word("of"), word("requests"))).parse(input)?;
    let (input, ()) = end_of_statement(input)?;
    Ok((input, share.map(|(_, share, _, _)| share)))
}

/// `75m`, `other` or `other end`.
fn moment(input: Cursor<'_>) -> Parsed<'_, Spanned<Moment>> {
    let start = input.blanks();
    let at = duration.map(|at| Moment::At(at.value));
    let (rest, moment) =
        alt((at, anchor.map(|(anchor, fault)| Moment::With { fault, end: anchor.end }))).parse(start)?;
    Ok((rest, start.spanned(rest, moment)))
}
