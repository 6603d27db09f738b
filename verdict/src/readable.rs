//! Moments, durations and numbers as people read them.

use std::time::Duration;

use scenario_lang::quantity::Comparison;

const SECOND_NS: i64 = 1_000_000_000;
const DAY_S: i64 = 86_400;

/// Tells moments of one run, relative to its start and on the wall clock of the simulated day.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// The start of the run, nanoseconds since the Unix epoch.
    pub start_ns: i64,
}

impl Clock {
    /// A moment, nanoseconds since the Unix epoch: `+1h19m30s (10:19:30)`, with the date on another day.
    pub fn at(&self, time_ns: i64) -> String {
        let offset = time_ns - self.start_ns;
        let sign = if offset < 0 { "" } else { "+" };
        let day = |ns: i64| ns.div_euclid(SECOND_NS * DAY_S);
        let wall = date_time(time_ns);
        let wall = if day(time_ns) == day(self.start_ns) { &wall[wall.len() - 8..] } else { &wall };
        format!("{sign}{} ({wall})", duration_ns(offset))
    }

    /// A moment in milliseconds since the Unix epoch, likewise.
    pub fn at_ms(&self, time_ms: i64) -> String {
        self.at(time_ms * 1_000_000)
    }
}

/// A duration in nanoseconds: `1h19m30s`, `4m36.2s`, `38.4ms`, `0s`. From a second on it is rounded to milliseconds.
pub fn duration_ns(ns: i64) -> String {
    let sign = if ns < 0 { "-" } else { "" };
    let ns = ns.unsigned_abs();
    let text = match ns {
        0 => "0s".to_owned(),
        1..1_000 => format!("{ns}ns"),
        1_000..1_000_000 => format!("{}us", decimal(ns, 3)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(ns / 1_000, 3)),
        _ => long(ns.saturating_add(500_000) / 1_000_000),
    };
    format!("{sign}{text}")
}

/// A duration, likewise.
pub fn duration(duration: Duration) -> String {
    duration_ns(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX))
}

fn long(ms: u64) -> String {
    let (seconds, minutes, hours, days) =
        (ms % 60_000, ms / 60_000 % 60, ms / 3_600_000 % 24, ms / (DAY_S as u64 * 1_000));
    let mut text = String::new();
    for (count, unit) in [(days, 'd'), (hours, 'h'), (minutes, 'm')] {
        if count > 0 {
            text += &format!("{count}{unit}");
        }
    }
    if seconds > 0 {
        text += &format!("{}s", decimal(seconds, 3));
    }
    text
}

/// `units` of which `10^places` make one, without trailing zeros.
fn decimal(units: u64, places: u32) -> String {
    let one = 10u64.pow(places);
    let text = format!("{}.{:0width$}", units / one, units % one, width = places as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// UTC: `2026-01-05 09:00:00`.
pub fn date_time(unix_ns: i64) -> String {
    let seconds = unix_ns.div_euclid(SECOND_NS);
    let (year, month, day) = civil(seconds.div_euclid(DAY_S));
    let second = seconds.rem_euclid(DAY_S);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// Year, month and day of a day since the epoch in the Gregorian calendar, reckoned in eras of 400 years from a
/// first of March (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// A number to four significant digits, without trailing zeros; large and tiny ones in exponents.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    if !(1e-4..1e9).contains(&size) {
        return format!("{value:.3e}");
    }
    let whole_digits = [1.0, 10.0, 100.0, 1000.0].iter().filter(|&&power| size >= power).count();
    let text = format!("{value:.places$}", places = if size < 1.0 { 5 } else { 4 - whole_digits });
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A ratio as percentage: `99.9%`.
pub fn percent(ratio: f64) -> String {
    format!("{}%", number(ratio * 100.0))
}

/// A count in groups of three, which no line break tears apart: `412 345` with a no-break space.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun: `1 page`, `2 pages`.
pub fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// An operator as PromQL writes it.
pub fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
    }
}

/// Whether `left op right`.
pub fn holds<T: PartialOrd>(left: T, comparison: Comparison, right: T) -> bool {
    match comparison {
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
    }
}

/// What a timeline that was shortened means for the times of a report; nothing where none was.
pub(crate) fn time_scale(factor: f64) -> Option<String> {
    let hour = Duration::from_secs(3600).div_f64(factor.max(1.0));
    (factor != 1.0).then(|| {
        format!(
            "time scale {}: an hour as written took {}; all times are those that happened",
            number(factor),
            duration(hour)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_from_the_start_and_on_the_wall() {
        let clock = Clock { start_ns: 1_767_603_600 * SECOND_NS };
        assert_eq!(clock.at(clock.start_ns + 4_770 * SECOND_NS), "+1h19m30s (10:19:30)");
        assert_eq!(clock.at(clock.start_ns), "+0s (09:00:00)");
        assert_eq!(clock.at(clock.start_ns - 600 * SECOND_NS), "-10m (08:50:00)");
        assert_eq!(clock.at(clock.start_ns + 15 * 3600 * SECOND_NS), "+15h (2026-01-06 00:00:00)");
    }

    #[test]
    fn the_calendar_knows_leap_years() {
        assert_eq!(date_time(0), "1970-01-01 00:00:00");
        assert_eq!(date_time(951_782_400 * SECOND_NS), "2000-02-29 00:00:00");
        assert_eq!(date_time(1_772_323_199 * SECOND_NS), "2026-02-28 23:59:59");
        assert_eq!(date_time(-SECOND_NS), "1969-12-31 23:59:59");
    }

    #[test]
    fn durations_are_short_and_exact() {
        let cases = [
            (0, "0s"),
            (38_400_000, "38.4ms"),
            (1_500, "1.5us"),
            (7, "7ns"),
            (276_200_000_000, "4m36.2s"),
            (60_000_000_000, "1m"),
            (59_999_900_000, "1m"),
            (-90_000_000_000, "-1m30s"),
            (93_784_000_000_000, "1d2h3m4s"),
        ];
        for (ns, text) in cases {
            assert_eq!(duration_ns(ns), text);
        }
    }

    #[test]
    fn numbers_keep_four_digits() {
        let cases =
            [(14.4, "14.4"), (3.23456, "3.235"), (0.001, "0.001"), (123_456.7, "123457"), (1e-9, "1.000e-9")];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!(
            (percent(0.999), percent(1.0), count(1_234_567)),
            ("99.9%".into(), "100%".into(), "1\u{a0}234\u{a0}567".into())
        );
    }
}
