//! Times as Prometheus' and the Alertmanager's APIs write them: RFC 3339.

/// Milliseconds since the Unix epoch; finer parts are cut off. None if the text is no time.
pub(crate) fn to_ms(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't'])?;
    let [year, month, day] = numbers(date, '-')?;
    let (time, offset_min) = offset(time)?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(clock, ':')?;
    let fits =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if !fits || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let ms: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset_min;
    Some((minutes * 60 + second) * 1000 + ms)
}

/// Three numbers of digits only, between separators.
fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?;
    let mut parts = text.split(separator).map(|part| if part.len() <= 4 { digits(part) } else { None });
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// The time without its offset from UTC, and the offset in minutes.
fn offset(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (hours, minutes) = time[at + 1..].split_once(':')?;
    let below =
        |text: &str, limit: i64| text.parse::<i64>().ok().filter(|number| (0..limit).contains(number));
    let minutes = below(hours, 24)? * 60 + below(minutes, 60)?;
    Some((&time[..at], if time[at..].starts_with('-') { -minutes } else { minutes }))
}

/// Days since the Unix epoch, by the Gregorian calendar: years begin in March here, so that a leap day is their last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 153 + 2) / 5
        + day
        - 719_469
}

#[cfg(test)]
mod tests {
    use super::to_ms;

    #[test]
    fn times_are_read_with_their_offsets_and_fractions() {
        let known = [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600_000),
            ("2023-11-14T22:13:20.123456789Z", 1_700_000_000_123),
            ("2023-11-14T23:13:20.5+01:00", 1_700_000_000_500),
            ("2023-11-14T16:43:20-05:30", 1_700_000_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ];
        for (text, ms) in known {
            assert_eq!(to_ms(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "T",
            "2023-11-14",
            "2023-11-14T22:13Z",
            "2023-13-14T22:13:20Z",
            "2023-11-14T22:13:20",
            "x-1-1T1:1:1Z",
            "2023-11-14T22:13:20+9223372036854775807:00",
            "2023-11-14T22:13:20+00:60",
        ] {
            assert_eq!(to_ms(text), None, "{text}");
        }
        assert_eq!(to_ms("2023-11-14T22:13:20.é9Z"), None);
    }
}
