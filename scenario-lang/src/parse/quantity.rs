//! Numbers with units: `250ms`, `1h30m`, `80/s`, `99.9%`, `10kB`, `12.50 EUR`.

use std::time::Duration;

use super::cursor::{Cursor, Parsed};
use super::token::{digits, name};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Spanned;
use crate::suggest::{listed, nearest};

/// A kind of quantity: what it is called, its units with their size, and two units to offer for a bare number.
struct Measure {
    what: &'static str,
    units: &'static [(&'static str, u64)],
    offers: [&'static str; 2],
}

/// In nanoseconds.
const DURATION: Measure = Measure {
    what: "a duration",
    units: &[
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
        ("w", 604_800_000_000_000),
    ],
    offers: ["s", "m"],
};

/// A hundred years. Sums of a few durations still fit 64 bits of nanoseconds, and nothing real takes longer.
const LONGEST_NS: u64 = 36_525 * 86_400_000_000_000;

/// In seconds per period.
const RATE: Measure = Measure {
    what: "a rate",
    units: &[("/s", 1), ("/m", 60), ("/h", 3_600), ("/d", 86_400)],
    offers: ["/s", "/m"],
};

const RATIO: Measure = Measure { what: "a ratio", units: &[("%", 1)], offers: ["%", "%"] };

/// In bytes.
const SIZE: Measure = Measure {
    what: "a size",
    units: &[
        ("B", 1),
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
    ],
    offers: ["kB", "MiB"],
};

/// A decimal number, exactly: `mantissa / 10^scale`.
#[derive(Clone, Copy)]
struct Decimal {
    mantissa: u64,
    scale: u32,
}

impl Decimal {
    /// The number times a whole unit, without what is left of a decimal point; `None` if it is too large.
    fn times(self, unit: u64) -> Option<u64> {
        u64::try_from(u128::from(self.mantissa) * u128::from(unit) / 10_u128.pow(self.scale)).ok()
    }

    /// The nearest float, as `str::parse` gives it: both parts are exact.
    fn value(self) -> f64 {
        self.mantissa as f64 / 10_u128.pow(self.scale) as f64
    }

    /// A hundredth of it.
    fn percent(self) -> f64 {
        Self { scale: self.scale + 2, ..self }.value()
    }
}

/// `80ms`, `1h30m`.
pub(super) fn duration(input: Cursor<'_>) -> Parsed<'_, Spanned<Duration>> {
    let start = input.blanks();
    let (mut rest, (number, unit)) = measured(start, &DURATION)?;
    let mut total = number.times(unit);
    while rest.peek().is_some_and(|char| char.is_ascii_digit()) {
        let (next, (number, unit)) = measured(rest, &DURATION)?;
        total = total.zip(number.times(unit)).and_then(|(a, b)| a.checked_add(b));
        rest = next;
    }
    match total {
        Some(total) if total <= LONGEST_NS => Ok((rest, start.spanned(rest, Duration::from_nanos(total)))),
        _ => too_large(start, rest, "a duration is at most 36525d, a hundred years"),
    }
}

/// `80/s`, as a number per second.
pub(super) fn rate(input: Cursor<'_>) -> Parsed<'_, Spanned<f64>> {
    let start = input.blanks();
    let (rest, (number, period)) = measured(start, &RATE)?;
    Ok((rest, start.spanned(rest, number.value() / period as f64)))
}

/// `99.9%`, as 0 to 1.
pub(super) fn ratio(input: Cursor<'_>) -> Parsed<'_, Spanned<f64>> {
    let start = input.blanks();
    let (rest, (number, _)) = measured(start, &RATIO)?;
    let ratio = number.percent();
    if ratio > 1.0 {
        let problem =
            Diagnostic::new(Code::RatioOutOfRange, start.span_to(rest), "a ratio is at most `100%`")
                .label("more than the whole");
        return rest.refuse(problem);
    }
    Ok((rest, start.spanned(rest, ratio)))
}

/// `p95` or `p99.9`, as 0 to 1.
pub(super) fn quantile(input: Cursor<'_>) -> Parsed<'_, Spanned<f64>> {
    let start = input.blanks();
    let what = "a quantile such as `p95`";
    if start.peek() != Some('p') {
        return start.expected(what);
    }
    let Ok((rest, number)) = decimal(start.skip(1), what) else { return start.expected(what) };
    let quantile = start.spanned(rest, number.percent());
    if quantile.value <= 0.0 || quantile.value >= 1.0 {
        let message = "a quantile lies between `p0` and `p100`, both excluded";
        return rest
            .refuse(Diagnostic::new(Code::Quantile, quantile.span, message).label("no such quantile"));
    }
    Ok((rest, quantile))
}

/// `10kB`, in bytes.
pub(super) fn size(input: Cursor<'_>) -> Parsed<'_, Spanned<u64>> {
    let start = input.blanks();
    let (rest, (number, unit)) = measured(start, &SIZE)?;
    match number.times(unit) {
        Some(bytes) => Ok((rest, start.spanned(rest, bytes))),
        None => too_large(start, rest, "a size ends at 2^64 bytes"),
    }
}

/// `12.50 EUR`.
pub(super) fn money(input: Cursor<'_>) -> Parsed<'_, Spanned<(f64, String)>> {
    let start = input.blanks();
    let (rest, number) = decimal(start, "an amount of money")?;
    let currency = rest.blanks();
    match name("a currency such as `EUR`")(rest) {
        Ok((rest, word))
            if word.value.len() == 3 && word.value.bytes().all(|byte| byte.is_ascii_uppercase()) =>
        {
            Ok((rest, start.spanned(rest, (number.value(), word.value))))
        }
        _ => currency.expected("a currency such as `EUR`"),
    }
}

/// A bare number: `1.5`.
pub(super) fn number(input: Cursor<'_>) -> Parsed<'_, Spanned<f64>> {
    let start = input.blanks();
    let (rest, number) = decimal(start, "a number")?;
    if suffix(rest).is_empty() {
        Ok((rest, start.spanned(rest, number.value())))
    } else {
        start.expected("a bare number")
    }
}

/// A bare whole number: `100`, `1_000_000`.
pub(super) fn count(input: Cursor<'_>) -> Parsed<'_, Spanned<u64>> {
    let start = input.blanks();
    let (rest, number) = decimal(start, "a whole number")?;
    if number.scale > 0 || !suffix(rest).is_empty() {
        return start.expected("a bare whole number");
    }
    Ok((rest, start.spanned(rest, number.mantissa)))
}

/// An HTTP status: `503`.
pub(super) fn status(input: Cursor<'_>) -> Parsed<'_, Spanned<u16>> {
    let start = input.blanks();
    let (rest, number) = decimal(start, "an HTTP status")?;
    if number.scale > 0 || !suffix(rest).is_empty() {
        return start.expected("an HTTP status");
    }
    match u16::try_from(number.mantissa) {
        Ok(status @ 200..=599) => Ok((rest, start.spanned(rest, status))),
        _ => {
            let problem =
                Diagnostic::new(Code::Status, start.span_to(rest), "an HTTP status lies between 200 and 599")
                    .label("no such status");
            rest.refuse(problem)
        }
    }
}

/// A number and a unit, without a blank between them.
fn measured<'a>(start: Cursor<'a>, measure: &Measure) -> Parsed<'a, (Decimal, u64)> {
    let (rest, number) = decimal(start, measure.what)?;
    let unit = suffix(rest);
    if let Some((_, size)) = measure.units.iter().find(|(name, _)| *name == unit) {
        return Ok((rest.skip(unit.len()), (number, *size)));
    }
    let written = &start.rest()[..rest.at - start.at];
    let offers = measure.offers.map(|unit| format!("`{written}{unit}`"));
    let offers = if offers[0] == offers[1] { offers[0].clone() } else { offers.join(" or ") };
    if unit.is_empty() {
        let problem =
            Diagnostic::new(Code::MissingUnit, start.span_to(rest), format!("{} needs a unit", measure.what))
                .label("a bare number")
                .help(format!("write {offers}"));
        return start.refuse(problem);
    }
    let elsewhere = [&DURATION, &RATE, &RATIO, &SIZE];
    if elsewhere.iter().any(|measure| measure.units.iter().any(|(name, _)| *name == unit)) {
        return start.expected(measure.what);
    }
    let units: Vec<&str> = measure.units.iter().map(|(unit, _)| *unit).collect();
    let near = nearest(unit, &units).map(|near| format!("a similar unit exists: `{written}{near}`"));
    let all = || format!("units here: {}", listed(units.iter().map(|unit| format!("`{unit}`")), "and"));
    let problem = Diagnostic::new(
        Code::UnknownUnit,
        rest.span_to(rest.skip(unit.len())),
        format!("`{unit}` is not a unit of {}", measure.what.trim_start_matches("a ")),
    )
    .label("unknown unit")
    .help(near.unwrap_or_else(all));
    start.refuse(problem)
}

/// What hangs on a number: `ms`, `/s`, `%`.
fn suffix(rest: Cursor<'_>) -> &str {
    let text = rest.rest();
    let sign = if text.starts_with(['%', '/']) { 1 } else { 0 };
    let letters = if text.starts_with('%') {
        0
    } else {
        text[sign..].find(|char: char| !char.is_alphabetic()).unwrap_or(text.len() - sign)
    };
    &text[..sign + letters]
}

/// Digits, and more of them after a point.
fn decimal<'a>(start: Cursor<'a>, what: &'static str) -> Parsed<'a, Decimal> {
    let Ok((rest, whole)) = digits(start) else { return start.expected(what) };
    if whole.starts_with('_') {
        return start.expected(what);
    }
    let point = rest
        .rest()
        .strip_prefix('.')
        .is_some_and(|after| after.starts_with(|char: char| char.is_ascii_digit()));
    let (rest, part) = if point { digits(rest.skip(1))? } else { (rest, "") };
    let plain: String = whole.chars().chain(part.chars()).filter(char::is_ascii_digit).collect();
    let scale = part.bytes().filter(u8::is_ascii_digit).count();
    match plain.parse() {
        Ok(mantissa) if scale <= 15 => Ok((rest, Decimal { mantissa, scale: scale as u32 })),
        _ => too_large(start, rest, "a number ends at 2^64, and 15 digits after the point"),
    }
}

fn too_large<'a, T>(start: Cursor<'a>, rest: Cursor<'a>, limit: &str) -> Parsed<'a, T> {
    let problem =
        Diagnostic::new(Code::NumberTooLarge, start.span_to(rest), "this number is too large").label(limit);
    rest.refuse(problem)
}
