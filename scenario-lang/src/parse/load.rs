//! `load name on service { … }`: arrivals, mix, think time and shapes.

use nom::Parser;

use super::body::{block, end_of_statement};
use super::choose::{Row, choose, unknown};
use super::cursor::{Cursor, Parsed};
use super::distribution::distribution;
use super::phrase::phrase;
use super::quantity::ratio;
use super::service::preset;
use super::token::{name, word};
use crate::diagnostic::Code;
use crate::plan::Arrivals;
use crate::tree::{Load, LoadItem, Share};

const ROWS: &[Row<LoadItem>] = &[
    ("arrivals", |input| {
        preset("a way to spread arrivals", &[("even", Arrivals::Even), ("poisson", Arrivals::Poisson)])
            .map(LoadItem::Arrivals)
            .parse(input)
    }),
    ("mix", |input| block(share).map(LoadItem::Mix).parse(input)),
    ("think", |input| distribution.map(LoadItem::Think).parse(input)),
];

/// What follows `load`.
pub(super) fn load(input: Cursor<'_>) -> Parsed<'_, Load> {
    let (input, name_) = name("the load's name")(input)?;
    let (input, ()) = word("on")(input)?;
    let (input, service) = name("the name of a service")(input)?;
    let (input, body) = block(item)(input)?;
    Ok((input, Load { name: name_, service, body }))
}

fn item(input: Cursor<'_>) -> Parsed<'_, LoadItem> {
    choose(input, ROWS, |input, keyword| {
        let words = input.reading.words;
        if words.open_shapes.forms(&keyword.value).is_some() {
            let (rest, (said, ())) = phrase(input, &keyword.value, &words.open_shapes, end_of_statement)?;
            return Ok((rest, LoadItem::Open(said)));
        }
        if words.closed_shapes.forms(&keyword.value).is_some() {
            let (rest, (said, ())) = phrase(input, &keyword.value, &words.closed_shapes, end_of_statement)?;
            return Ok((rest, LoadItem::Closed(said)));
        }
        let own = ROWS.iter().map(|(word, _)| *word);
        let known: Vec<&str> =
            words.open_shapes.keywords().chain(words.closed_shapes.keywords()).chain(own).collect();
        unknown(input, keyword, Code::UnknownShape, "a shape or statement of a load", &known)
    })
}

fn share(input: Cursor<'_>) -> Parsed<'_, Share> {
    (name("the name of an endpoint"), ratio).map(|(endpoint, ratio)| Share { endpoint, ratio }).parse(input)
}
