//! `slo name { … }`: an objective, and of what.

use nom::Parser;

use super::body::block;
use super::choose::{Row, statement};
use super::cursor::{Cursor, Parsed};
use super::quantity::{duration, ratio};
use super::token::{name, word};
use crate::plan::Bad;
use crate::span::Spanned;
use crate::tree::{Slo, SloItem};

const ROWS: &[Row<SloItem>] = &[
    ("objective", |input| {
        (ratio, word("over"), duration)
            .map(|(ratio, _, period)| SloItem::Objective(ratio, period))
            .parse(input)
    }),
    ("of", |input| {
        let (input, service) = name("the name of a service")(input)?;
        let (input, _) = (word("requests"), word("without"), word("status")).parse(input)?;
        let (input, bad) = status_class(input)?;
        Ok((input, SloItem::Of(service, bad)))
    }),
];

/// What follows `slo`.
pub(super) fn slo(input: Cursor<'_>) -> Parsed<'_, Slo> {
    let (input, name) = name("the slo's name")(input)?;
    let (input, body) = block(statement("a statement of an slo", ROWS))(input)?;
    Ok((input, Slo { name, body }))
}

/// `4xx` or `5xx`.
fn status_class(input: Cursor<'_>) -> Parsed<'_, Spanned<Bad>> {
    let start = input.blanks();
    for (class, hundred) in [("4xx", 4), ("5xx", 5)] {
        if start.rest().starts_with(class) {
            let rest = start.skip(class.len());
            return Ok((rest, start.spanned(rest, Bad::StatusClass(hundred))));
        }
    }
    start.expected("`4xx` or `5xx`")
}
