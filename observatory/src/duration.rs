//! Durations as Prometheus and Alertmanager write them: `30s`, `1h30m`, `4h`, `15d`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Units in the order in which they must appear, with their length in milliseconds. A day has 24 hours, a week
/// seven days and a year 365 days.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// A duration in milliseconds, read from and printed in the notation of Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Millis(pub i64);

impl Millis {
    /// Divided by `factor`, for a timeline on which hours run as minutes.
    ///
    /// # Errors
    /// When nothing is left of it.
    pub fn shortened(self, factor: f64) -> Result<Self, String> {
        let ms = (self.0 as f64 / factor).round() as i64;
        match ms == 0 && self.0 != 0 {
            true => Err(format!("a time scale of {factor} leaves less than a millisecond of {self}")),
            false => Ok(Self(ms)),
        }
    }
}

impl From<Millis> for String {
    fn from(millis: Millis) -> Self {
        millis.to_string()
    }
}

impl TryFrom<String> for Millis {
    type Error = String;

    /// Reads whole numbers with units from years down to milliseconds, each unit at most once; or `0`.
    fn try_from(text: String) -> Result<Self, String> {
        let refuse = |cause: &str| Err(format!("{text:?} is not a duration such as 30s or 1h30m: {cause}"));
        if text == "0" {
            return Ok(Self(0));
        }
        if text.is_empty() {
            return refuse("it is empty");
        }
        let mut rest = text.as_str();
        let mut units = UNITS.iter();
        let mut total = 0_i64;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (number, tail) = rest.split_at(digits);
            let unit_end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(unit_end);
            let Some((_, length)) = units.find(|(name, _)| *name == unit) else {
                return refuse(if unit.is_empty() {
                    "a number has no unit"
                } else {
                    "unknown or misplaced unit"
                });
            };
            let part = number.parse::<i64>().ok().and_then(|number| number.checked_mul(*length));
            let sum = part.and_then(|part| total.checked_add(part)).filter(|sum| *sum <= LONGEST_MS);
            let Some(sum) = sum else {
                return refuse(if number.is_empty() {
                    "a unit has no number"
                } else {
                    "duration out of range"
                });
            };
            total = sum;
            rest = tail;
        }
        Ok(Self(total))
    }
}

/// As in Prometheus, a duration in nanoseconds fits 64 bits: about 292 years.
const LONGEST_MS: i64 = i64::MAX / 1_000_000;

impl fmt::Display for Millis {
    /// As Prometheus prints it: years and weeks only where nothing remains (`90d`, not `12w6d`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        for (unit, length) in UNITS {
            let whole_only = matches!(unit, "y" | "w");
            if rest < length || (whole_only && rest % length != 0) {
                continue;
            }
            write!(f, "{}{unit}", rest / length)?;
            rest %= length;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<i64, String> {
        Millis::try_from(text.to_string()).map(|millis| millis.0)
    }

    #[test]
    fn reads_what_prometheus_reads() {
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("0s"), Ok(0));
        assert_eq!(read("1h30m"), Ok(5_400_000));
        assert_eq!(read("1y2w3d4h5m6s7ms"), Ok(33_019_506_007));
    }

    #[test]
    fn refuses_what_prometheus_refuses() {
        for text in
            ["", "5", "m", "1.5h", "30m1h", "1h1h", "-1m", "1 h", "1parsec", "300y", "99999999999999y"]
        {
            assert!(read(text).is_err(), "{text:?} was taken");
        }
    }

    proptest! {
        #[test]
        fn prints_what_it_reads(millis in 0_i64..=LONGEST_MS) {
            prop_assert_eq!(read(&Millis(millis).to_string()), Ok(millis));
        }
    }
}
