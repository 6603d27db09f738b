//! The calendar, in UTC.

use super::super::evaluate::{Data, Evaluation, map};
use super::super::node::Node;
use super::QueryError;
use crate::promql::Element;
use crate::series::Labels;

/// A point of time in the Gregorian calendar.
#[derive(Debug)]
pub(super) struct Date {
    pub(super) year: f64,
    /// From 1.
    pub(super) month: f64,
    /// From 1.
    pub(super) day: f64,
    pub(super) hour: f64,
    pub(super) minute: f64,
    /// 0 is Sunday.
    pub(super) weekday: f64,
}

impl Date {
    /// The date of seconds since the Unix epoch (the algorithm of H. Hinnant's `civil_from_days`).
    fn of(seconds: f64) -> Self {
        // Far beyond any calendar the conversion saturates; this keeps the arithmetic below from overflowing.
        let seconds = (seconds as i64).clamp(-(1 << 55), 1 << 55);
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Years begin in March, so that the leap day is the last of its year; eras have 400 years.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Self {
            year: (era * 400 + year_of_era + i64::from(month <= 2)) as f64,
            month: month as f64,
            day: (day_of_year - (153 * march_month + 2) / 5 + 1) as f64,
            hour: (second / 3_600) as f64,
            minute: (second / 60 % 60) as f64,
            weekday: (days + 4).rem_euclid(7) as f64,
        }
    }

    fn leap(&self) -> bool {
        self.year % 4.0 == 0.0 && (self.year % 100.0 != 0.0 || self.year % 400.0 == 0.0)
    }

    fn days_of_months(&self) -> [f64; 12] {
        let february = if self.leap() { 29.0 } else { 28.0 };
        [31.0, february, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0]
    }

    pub(super) fn days_in_month(&self) -> f64 {
        self.days_of_months()[self.month as usize - 1]
    }

    /// From 1.
    pub(super) fn day_of_year(&self) -> f64 {
        self.days_of_months()[..self.month as usize - 1].iter().sum::<f64>() + self.day
    }
}

/// A field of the date of every value, or of the evaluation time where no vector is given.
pub(super) fn call(
    evaluation: &Evaluation<'_>,
    arguments: &[Node],
    time_ms: i64,
    field: fn(&Date) -> f64,
) -> Result<Data, QueryError> {
    let vector = match arguments.first() {
        Some(node) => evaluation.vector(node, time_ms)?,
        None => vec![Element { labels: Labels::default(), value: time_ms as f64 / 1000.0 }],
    };
    map(vector, |value| field(&Date::of(value))).map(Data::Vector)
}
