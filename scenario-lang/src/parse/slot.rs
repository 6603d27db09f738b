//! The slots of forms: one parser for each kind of value.

use nom::Parser;
use nom::combinator::opt;

use super::choose::Row;
use super::cursor::{Cursor, Parsed, Refused};
use super::distribution::distribution;
use super::quantity::{count, duration, money, number, quantile, rate, ratio, size, status};
use super::token::{backticked, foreign_name, name, word};
use crate::quantity::{Anchor, Comparison, Value, When};
use crate::tree::Name;
use crate::vocabulary::Kind;

/// A name that must exist.
type Mention = Option<(Kind, Name)>;

/// Reads a value of that kind, and the name in it that must exist.
pub(super) fn slot(input: Cursor<'_>, kind: Kind) -> Parsed<'_, (Value, Mention)> {
    let plain = |value| (value, None);
    match kind {
        Kind::Duration => duration.map(|it| plain(Value::Duration(it.value))).parse(input),
        Kind::Rate => rate.map(|it| plain(Value::Rate(it.value))).parse(input),
        Kind::Ratio => ratio.map(|it| plain(Value::Ratio(it.value))).parse(input),
        Kind::Size => size.map(|it| plain(Value::Size(it.value))).parse(input),
        Kind::Money => money.map(|it| plain(Value::Money(it.value.0, it.value.1))).parse(input),
        Kind::Number => number.map(|it| plain(Value::Number(it.value))).parse(input),
        Kind::Count => count.map(|it| plain(Value::Count(it.value))).parse(input),
        Kind::Status => status.map(|it| plain(Value::Status(it.value))).parse(input),
        Kind::Distribution => distribution.map(|it| plain(Value::Distribution(it.value))).parse(input),
        Kind::Quantile => quantile.map(|it| plain(Value::Quantile(it.value))).parse(input),
        Kind::Comparison => comparison.map(|it| plain(Value::Comparison(it))).parse(input),
        Kind::Text => backticked("a text in backticks").map(|it| plain(Value::Text(it.value))).parse(input),
        Kind::When => {
            let (rest, (when, fault)) = when(input)?;
            Ok((rest, (Value::When(when), fault.map(|fault| (Kind::Fault, fault)))))
        }
        Kind::Service => named(input, kind, name("the name of a service")),
        Kind::Node => named(input, kind, name("the name of a service or a database")),
        Kind::Alert => named(input, kind, foreign_name("the name of an alert")),
        Kind::Receiver => named(input, kind, foreign_name("the name of a receiver")),
        Kind::Slo => named(input, kind, name("the name of an slo")),
        Kind::Fault => named(input, kind, name("the name of a fault")),
        Kind::Name => named(input, kind, name("a name")),
    }
}

fn named<'a>(
    input: Cursor<'a>,
    kind: Kind,
    read: impl Fn(Cursor<'a>) -> Parsed<'a, Name>,
) -> Parsed<'a, (Value, Mention)> {
    let (rest, name) = read(input)?;
    Ok((rest, (Value::Name(name.value.clone()), Some((kind, name)))))
}

/// The longer signs come first.
const COMPARISONS: &[(&str, Comparison)] = &[
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

fn comparison(input: Cursor<'_>) -> Parsed<'_, Comparison> {
    let start = input.blanks();
    match COMPARISONS.iter().find(|(sign, _)| start.rest().starts_with(sign)) {
        Some((sign, comparison)) => Ok((start.skip(sign.len()), *comparison)),
        None => start.expected("a comparison such as `<=`"),
    }
}

/// The part of the run that is meant, and the fault that it names.
type Part = (When, Option<Name>);

const WHENS: &[Row<Part>] = &[
    ("within", |input| {
        let (input, (limit, _, (of, fault))) = (duration, word("of"), anchor).parse(input)?;
        Ok((input, (When::Within { limit: limit.value, of }, Some(fault))))
    }),
    ("before", |input| anchor.map(|(anchor, fault)| (When::Before(anchor), Some(fault))).parse(input)),
    ("after", |input| anchor.map(|(anchor, fault)| (When::After(anchor), Some(fault))).parse(input)),
    ("during", |input| {
        let (input, fault) = fault_name(input)?;
        let (input, after) = opt((word("after"), duration)).parse(input)?;
        let after = after.map(|(_, after)| after.value).unwrap_or_default();
        Ok((input, (When::During { fault: fault.value.clone(), after }, Some(fault))))
    }),
    ("outside", |input| {
        fault_name.map(|fault| (When::Outside(fault.value.clone()), Some(fault))).parse(input)
    }),
    ("at", |input| word("end").map(|()| (When::AtEnd, None)).parse(input)),
];

fn when(input: Cursor<'_>) -> Parsed<'_, Part> {
    for (keyword, read) in WHENS {
        if let Ok((rest, ())) = word(keyword)(input) {
            return read(rest);
        }
    }
    Err(nom::Err::Error(Refused))
}

/// `bad-deploy` or `bad-deploy end`, and the fault's name.
pub(super) fn anchor(input: Cursor<'_>) -> Parsed<'_, (Anchor, Name)> {
    let (input, fault) = fault_name(input)?;
    let (input, end) = opt(word("end")).parse(input)?;
    Ok((input, (Anchor { fault: fault.value.clone(), end: end.is_some() }, fault)))
}

fn fault_name(input: Cursor<'_>) -> Parsed<'_, Name> {
    name("the name of a fault")(input)
}
