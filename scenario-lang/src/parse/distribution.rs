//! Distributions of durations: `normal(80ms, 20ms)`, `lognormal(p50 300us, p99 2ms)`, or a plain duration.

use nom::Parser;
use nom::combinator::cut;

use super::choose::{Row, unknown};
use super::cursor::{Cursor, Parsed, Refused};
use super::quantity::{duration, number, quantile};
use super::token::{comma_list, name, sign, word};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::Distribution;
use crate::span::Spanned;

/// Tails are heavier the smaller alpha is: without a mean up to 1, and with less than this, draws leave what 64 bits of
/// nanoseconds can hold so often that the cut would show in the results.
const LEAST_ALPHA: f64 = 0.5;

const ROWS: &[Row<Distribution>] = &[
    ("normal", |input| {
        let (input, (mean, stddev)) = pair(input, duration, duration)?;
        Ok((input, Distribution::Normal { mean: mean.value, stddev: stddev.value }))
    }),
    ("lognormal", |input| {
        let (input, (p50, p99)) = pair(
            input,
            (word("p50"), duration).map(|(_, p50)| p50),
            (word("p99"), duration).map(|(_, p99)| p99),
        )?;
        ascending(input, &p50, &p99, "the 99th percentile is below the median")?;
        if p50.value.is_zero() {
            return input.refuse(invalid(&p50, "the median of a lognormal distribution is above zero"));
        }
        Ok((input, Distribution::LogNormal { p50: p50.value, p99: p99.value }))
    }),
    ("exp", |input| {
        let (input, mean) = duration(input)?;
        Ok((input, Distribution::Exp { mean: mean.value }))
    }),
    ("uniform", |input| {
        let (input, (min, max)) = pair(input, duration, duration)?;
        ascending(input, &min, &max, "the greatest value is below the least")?;
        Ok((input, Distribution::Uniform { min: min.value, max: max.value }))
    }),
    ("pareto", |input| {
        let (input, (min, alpha)) = pair(
            input,
            (word("min"), duration).map(|(_, min)| min),
            (word("alpha"), number).map(|(_, alpha)| alpha),
        )?;
        if alpha.value < LEAST_ALPHA {
            let problem = invalid(&alpha, "alpha is at least 0.5")
                .help("below it, one of a hundred values is more than 10_000 times the least");
            return input.refuse(problem);
        }
        Ok((input, Distribution::Pareto { min: min.value, alpha: alpha.value }))
    }),
    ("quantiles", |input| {
        let (input, points) = comma_list(|input| (quantile, duration).parse(input))(input)?;
        for two in points.windows(2) {
            if two[0].0.value >= two[1].0.value {
                return input.refuse(invalid(&two[1].0, "quantiles ascend"));
            }
            ascending(input, &two[0].1, &two[1].1, "a higher quantile has a lower value")?;
        }
        let points = points.into_iter().map(|(quantile, value)| (quantile.value, value.value)).collect();
        Ok((input, Distribution::Quantiles(points)))
    }),
];

/// A distribution, or a duration, which is a constant one.
pub(super) fn distribution(input: Cursor<'_>) -> Parsed<'_, Spanned<Distribution>> {
    let start = input.blanks();
    let Ok((rest, word)) = name("a distribution")(start) else {
        let (rest, constant) = duration(start)?;
        return Ok((rest, start.spanned(rest, Distribution::Constant(constant.value))));
    };
    let Some((_, read)) = ROWS.iter().find(|(row, _)| *row == word.value) else {
        let known: Vec<&str> = ROWS.iter().map(|(word, _)| *word).collect();
        return unknown(start, &word, Code::UnknownDistribution, "a distribution", &known);
    };
    let (rest, (_, distribution, _)) = cut((sign("("), read, sign(")"))).parse(rest)?;
    Ok((rest, start.spanned(rest, distribution)))
}

fn pair<'a, A, B>(
    input: Cursor<'a>,
    first: impl Parser<Cursor<'a>, Output = A, Error = Refused>,
    second: impl Parser<Cursor<'a>, Output = B, Error = Refused>,
) -> Parsed<'a, (A, B)> {
    (first, sign(","), second).map(|(first, _, second)| (first, second)).parse(input)
}

fn ascending<'a, T: PartialOrd>(
    rest: Cursor<'a>,
    low: &Spanned<T>,
    high: &Spanned<T>,
    wrong: &str,
) -> Parsed<'a, ()> {
    if high.value < low.value {
        rest.refuse(invalid(high, wrong).and(low.span, "less than this"))
    } else {
        Ok((rest, ()))
    }
}

fn invalid<T>(value: &Spanned<T>, wrong: &str) -> Diagnostic {
    Diagnostic::new(Code::Distribution, value.span, wrong).label("not possible")
}
