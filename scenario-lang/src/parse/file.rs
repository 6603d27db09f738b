//! The statements of a file.

use nom::Parser;

use super::body::{block, end_of_statement};
use super::choose::{Row, choose, statement, unknown};
use super::cursor::{Cursor, Parsed};
use super::phrase::phrase;
use super::token::string;
use super::{database, fault, load, scenario, service, slo};
use crate::diagnostic::Code;
use crate::tree::{Item, Said};

const ROWS: &[Row<Item>] = &[
    ("scenario", |input| scenario::scenario.map(Item::Scenario).parse(input)),
    ("import", |input| string("the path of a file in quotes").map(Item::Import).parse(input)),
    ("service", |input| service::service.map(Item::Service).parse(input)),
    ("database", |input| database::database.map(Item::Database).parse(input)),
    ("load", |input| load::load.map(Item::Load).parse(input)),
    ("fault", |input| fault::fault.map(Item::Fault).parse(input)),
    ("slo", |input| slo::slo.map(Item::Slo).parse(input)),
    ("rules", |input| string("a path in quotes, `*` allowed").map(Item::Rules).parse(input)),
    ("routes", |input| string("the path of an `alertmanager.yml` in quotes").map(Item::Routes).parse(input)),
    ("expect", |input| block(check).map(Item::Expect).parse(input)),
];

/// One statement of a file.
pub(super) fn item(input: Cursor<'_>) -> Parsed<'_, Item> {
    statement("a statement of a file", ROWS)(input)
}

/// Whether a statement of a file begins with this word.
pub(super) fn is_keyword(word: &str) -> bool {
    ROWS.iter().any(|(row, _)| *row == word)
}

/// One expectation.
fn check(input: Cursor<'_>) -> Parsed<'_, Said> {
    choose(input, &[], |input, word| {
        let checks = &input.reading.words.checks;
        if checks.forms(&word.value).is_none() {
            return unknown(
                input,
                word,
                Code::UnknownCheck,
                "a check",
                &checks.keywords().collect::<Vec<_>>(),
            );
        }
        let (rest, (said, ())) = phrase(input, &word.value, checks, end_of_statement)?;
        Ok((rest, said))
    })
}
