//! The small parsers, each by a table.

use std::cell::RefCell;
use std::time::Duration;

use super::body::end_of_statement;
use super::cursor::{Cursor, Parsed, Reading};
use super::distribution::distribution;
use super::failure::Failure;
use super::quantity::{count, duration, money, number, quantile, rate, ratio, size, status};
use super::slot::slot;
use super::words::Words;
use crate::quantity::{Anchor, Distribution, Value, When, written};
use crate::span::FileId;
use crate::vocabulary::{Kind, Vocabulary};

/// What a parser makes of a whole text, or the code and the message of why not.
fn read<T>(text: &str, parser: impl for<'a> Fn(Cursor<'a>) -> Parsed<'a, T>) -> Result<T, String> {
    let vocabulary = Vocabulary::default();
    let words = Words::new(&vocabulary);
    let (furthest, diagnostics) = (RefCell::new(Failure::default()), RefCell::default());
    let reading = Reading { file: FileId(0), text, words: &words, furthest, diagnostics };
    let result =
        parser(Cursor::new(&reading)).and_then(|(rest, value)| Ok((end_of_statement(rest)?.0, value)));
    result.map(|(_, value)| value).map_err(|_| {
        let diagnostic = reading.furthest.take().diagnostic(&reading);
        format!("{} {}", diagnostic.code.id(), diagnostic.message)
    })
}

fn err<T>(code_and_message: &str) -> Result<T, String> {
    Err(code_and_message.to_owned())
}

#[test]
fn durations() {
    for (text, nanos) in [
        ("0s", 0),
        ("15ns", 15),
        ("1.5us", 1_500),
        ("2µs", 2_000),
        ("0.1ms", 100_000),
        ("30s", 30_000_000_000),
        ("1h30m", 5_400_000_000_000),
        ("1_000ms", 1_000_000_000),
        ("3d", 259_200_000_000_000),
        ("1w", 604_800_000_000_000),
        ("36525d", 3_155_760_000_000_000_000),
    ] {
        assert_eq!(read(text, duration).map(|it| it.value), Ok(Duration::from_nanos(nanos)), "{text}");
        assert_eq!(
            read(&written(Duration::from_nanos(nanos)), duration).map(|it| it.value),
            Ok(Duration::from_nanos(nanos))
        );
    }
    for (text, wrong) in [
        ("30", "SCN003 a duration needs a unit"),
        ("1h30", "SCN003 a duration needs a unit"),
        ("30 s", "SCN003 a duration needs a unit"),
        ("30x", "SCN004 `x` is not a unit of duration"),
        ("80/s", "SCN001 expected a duration, found `80/s`"),
        ("", "SCN001 expected a duration, found the end of the file"),
        ("30000000000s", "SCN008 this number is too large"),
        ("36525d1ns", "SCN008 this number is too large"),
    ] {
        assert_eq!(read(text, duration).map(|it| it.value), err(wrong), "{text}");
    }
}

#[test]
fn rates_ratios_and_sizes() {
    for (text, per_second) in [("80/s", 80.0), ("30/m", 0.5), ("7200/h", 2.0), ("0.5/s", 0.5)] {
        assert_eq!(read(text, rate).map(|it| it.value), Ok(per_second), "{text}");
    }
    for (text, share) in [("20%", 0.2), ("99.9%", 0.999), ("0%", 0.0), ("100%", 1.0), ("99.95%", 0.9995)] {
        assert_eq!(read(text, ratio).map(|it| it.value), Ok(share), "{text}");
    }
    for (text, bytes) in [("10kB", 10_000), ("1MiB", 1 << 20), ("1.5KiB", 1536), ("7B", 7)] {
        assert_eq!(read(text, size).map(|it| it.value), Ok(bytes), "{text}");
    }
    assert_eq!(read("80", rate).map(|it| it.value), err("SCN003 a rate needs a unit"));
    assert_eq!(read("101%", ratio).map(|it| it.value), err("SCN009 a ratio is at most `100%`"));
    assert_eq!(read("10mB", size).map(|it| it.value), err("SCN004 `mB` is not a unit of size"));
}

#[test]
fn numbers_counts_statuses_and_money() {
    assert_eq!(read("1.5", number).map(|it| it.value), Ok(1.5));
    assert_eq!(read("1_000_000", count).map(|it| it.value), Ok(1_000_000));
    assert_eq!(
        read("1.5", count).map(|it| it.value),
        err("SCN001 expected a bare whole number, found `1.5`")
    );
    assert_eq!(read("5s", count).map(|it| it.value), err("SCN001 expected a bare whole number, found `5s`"));
    assert_eq!(read("503", status).map(|it| it.value), Ok(503));
    assert_eq!(read("600", status).map(|it| it.value), err("SCN010 an HTTP status lies between 200 and 599"));
    assert_eq!(read("12.50 EUR", money).map(|it| it.value), Ok((12.5, "EUR".to_owned())));
    assert_eq!(
        read("12.50 euros", money).map(|it| it.value),
        err("SCN001 expected a currency such as `EUR`, found `euros`")
    );
    assert_eq!(read("p99.9", quantile).map(|it| it.value), Ok(0.999));
}

#[test]
fn distributions() {
    let ms = Duration::from_millis;
    for (text, expected) in [
        ("5ms", Distribution::Constant(ms(5))),
        ("normal(80ms, 20ms)", Distribution::Normal { mean: ms(80), stddev: ms(20) }),
        ("lognormal(p50 3ms, p99 20ms)", Distribution::LogNormal { p50: ms(3), p99: ms(20) }),
        ("exp(2s)", Distribution::Exp { mean: ms(2000) }),
        ("uniform(1ms,5ms)", Distribution::Uniform { min: ms(1), max: ms(5) }),
        ("pareto(min 1ms, alpha 1.5)", Distribution::Pareto { min: ms(1), alpha: 1.5 }),
        ("quantiles(p50 3ms, p99 40ms)", Distribution::Quantiles(vec![(0.5, ms(3)), (0.99, ms(40))])),
    ] {
        assert_eq!(read(text, distribution).map(|it| it.value), Ok(expected), "{text}");
    }
    for (text, wrong) in [
        ("5", "SCN003 a duration needs a unit"),
        ("gauss(5ms)", "SCN012 `gauss` is not a distribution"),
        ("exp 2s", "SCN001 expected `(`, found `2s`"),
        ("lognormal(3ms, 20ms)", "SCN001 expected `p50`, found `3ms`"),
        ("normal(80ms)", "SCN001 expected `,`, found `)`"),
    ] {
        assert_eq!(read(text, distribution).map(|it| it.value), err(wrong), "{text}");
    }
}

#[test]
fn parts_of_the_run() {
    let when = |text: &str| read(text, |input| slot(input, Kind::When)).map(|(value, _)| value);
    let anchor = |end| Anchor { fault: "bad-deploy".to_owned(), end };
    for (text, expected) in [
        ("within 6m of bad-deploy", When::Within { limit: Duration::from_secs(360), of: anchor(false) }),
        ("before bad-deploy", When::Before(anchor(false))),
        ("after bad-deploy end", When::After(anchor(true))),
        ("during bad-deploy", When::During { fault: "bad-deploy".to_owned(), after: Duration::ZERO }),
        (
            "during bad-deploy after 1m",
            When::During { fault: "bad-deploy".to_owned(), after: Duration::from_secs(60) },
        ),
        ("outside bad-deploy", When::Outside("bad-deploy".to_owned())),
        ("at end", When::AtEnd),
    ] {
        assert_eq!(when(text), Ok(Value::When(expected)), "{text}");
    }
    assert_eq!(
        when("during bad-deploy plus 1m"),
        err("SCN001 expected `after` or the end of the statement, found `plus`")
    );
}
