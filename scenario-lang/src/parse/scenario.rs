//! `scenario "name" { … }`.

use nom::Parser;
use nom::combinator::opt;

use super::body::block;
use super::choose::{Row, statement};
use super::cursor::{Cursor, Parsed};
use super::quantity::{count, duration, rate};
use super::token::{digits, sign, string, word};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Spanned;
use crate::tree::{Scenario, Setting};

const ROWS: &[Row<Setting>] = &[
    ("module", |input| count.map(Setting::Module).parse(input)),
    ("seed", |input| count.map(Setting::Seed).parse(input)),
    ("start", |input| start.map(Setting::Start).parse(input)),
    ("history", |input| {
        (duration, word("at"), rate).map(|(length, _, rate)| Setting::History(length, rate)).parse(input)
    }),
    ("duration", |input| duration.map(Setting::Duration).parse(input)),
    ("scrape", |input| duration.map(Setting::Scrape).parse(input)),
];

/// What follows `scenario`.
pub(super) fn scenario(input: Cursor<'_>) -> Parsed<'_, Scenario> {
    let (input, name) = string("the scenario's name in quotes")(input)?;
    let (input, body) = block(statement("a setting of a scenario", ROWS))(input)?;
    Ok((input, Scenario { name, body }))
}

/// `2026-01-05 09:00 UTC`, with seconds if wanted, in nanoseconds since the Unix epoch.
fn start(input: Cursor<'_>) -> Parsed<'_, Spanned<i64>> {
    let start = input.blanks();
    let (input, (year, _, month, _, day)) = (field, sign("-"), field, sign("-"), field).parse(start)?;
    let (input, (hour, _, minute)) = (field, sign(":"), field).parse(input)?;
    let (input, second) = opt((sign(":"), field)).parse(input)?;
    let (rest, ()) = word("UTC")(input)?;
    let second = second.map_or(0, |(_, second)| second);
    match unix_seconds([year, month, day], [hour, minute, second]) {
        Some(seconds) => Ok((rest, start.spanned(rest, seconds * 1_000_000_000))),
        None => {
            let problem = Diagnostic::new(Code::Date, start.span_to(rest), "there is no such moment")
                .label("not in the calendar")
                .help("write a moment from 1970 to 2199 like `2026-01-05 09:00 UTC`");
            rest.refuse(problem)
        }
    }
}

/// Digits of a date; a number that is too large for one becomes one that no date has.
fn field(input: Cursor<'_>) -> Parsed<'_, i64> {
    let start = input.blanks();
    match digits(start) {
        Ok((rest, digits)) => Ok((rest, digits.parse().unwrap_or(i64::MAX))),
        Err(_) => start.expected("a moment like `2026-01-05 09:00 UTC`"),
    }
}

/// Seconds since the Unix epoch, in the Gregorian calendar; `None` for what is not in it.
fn unix_seconds([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3]) -> Option<i64> {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let in_calendar = (1970..2200).contains(&year)
        && (1..=12).contains(&month)
        && (1..=months[month as usize - 1]).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !in_calendar {
        return None;
    }
    let years: i64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let days = years + months[..month as usize - 1].iter().sum::<i64>() + day - 1;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::unix_seconds;

    #[test]
    fn moments_agree_with_the_calendar() {
        for (date, time, seconds) in [
            ([1970, 1, 1], [0, 0, 0], Some(0)),
            ([2000, 2, 29], [12, 0, 0], Some(951_825_600)),
            ([2026, 1, 5], [9, 0, 0], Some(1_767_603_600)),
            ([2038, 1, 19], [3, 14, 7], Some(2_147_483_647)),
            ([2026, 2, 29], [0, 0, 0], None),
            ([2026, 13, 1], [0, 0, 0], None),
            ([2026, 1, 5], [24, 0, 0], None),
        ] {
            assert_eq!(unix_seconds(date, time), seconds, "{date:?} {time:?}");
        }
    }
}
