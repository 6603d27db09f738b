//! The time axis: moments of the run to columns, and the ticks beneath.

use super::ink::columns;
use crate::readable::duration_ns;

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Distances between ticks that people count in.
const STEPS: [i64; 21] = [
    SECOND / 10,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    30 * DAY,
];

/// The fewest columns from tick to tick.
const SPACING: i64 = 9;

/// The run from its start to its end, over so many columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    pub(super) duration_ns: i64,
    pub(super) columns: usize,
}

impl Axis {
    /// The column of a moment; what lies outside of the run falls on its edges.
    pub(super) fn column(&self, at_ns: i64) -> usize {
        let column = i128::from(at_ns) * self.columns as i128 / i128::from(self.duration_ns.max(1));
        column.clamp(0, self.columns as i128 - 1) as usize
    }

    /// The columns that a stretch touches, at least one; none if it lies outside of the run.
    pub(super) fn stretch(&self, from_ns: i64, to_ns: i64) -> std::ops::Range<usize> {
        if to_ns < 0 || from_ns > self.duration_ns {
            return 0..0;
        }
        let first = self.column(from_ns);
        first..(self.column(to_ns - 1) + 1).max(first + 1)
    }

    /// Where a column begins.
    pub(super) fn begin_ns(&self, column: usize) -> i64 {
        (i128::from(self.duration_ns) * column as i128 / self.columns as i128) as i64
    }

    /// The ruler and the labels under it.
    pub(super) fn ticks(&self) -> (String, String) {
        let fits = |step: &&i64| *step * self.columns as i64 / self.duration_ns.max(1) >= SPACING;
        let step = STEPS.iter().find(fits).copied().unwrap_or(self.duration_ns.max(1));
        let mut ruler = vec!['─'; self.columns];
        let mut labels = String::new();
        for tick in (0..=self.duration_ns / step).map(|index| index * step) {
            let column = self.column(tick);
            ruler[column] = '┴';
            let label = if tick == 0 { "0m".to_owned() } else { duration_ns(tick) };
            // The last label ends with the axis, the others begin at their tick.
            let place = column.min(self.columns.saturating_sub(columns(&label)));
            if place > columns(&labels) || labels.is_empty() {
                labels += &" ".repeat(place - columns(&labels));
                labels += &label;
            }
        }
        (ruler.into_iter().collect(), labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_fall_into_columns() {
        let axis = Axis { duration_ns: 100, columns: 10 };
        assert_eq!([axis.column(0), axis.column(9), axis.column(10), axis.column(100)], [0, 0, 1, 9]);
        assert_eq!(axis.stretch(10, 30), 1..3);
        assert_eq!(axis.stretch(15, 15), 1..2, "even a moment is seen");
        assert_eq!(axis.stretch(-50, -10), 0..0);
    }

    #[test]
    fn ticks_are_round_and_apart() {
        let axis = Axis { duration_ns: 2 * HOUR, columns: 60 };
        let (ruler, labels) = axis.ticks();
        assert_eq!(ruler, "┴──────────────┴──────────────┴──────────────┴─────────────┴");
        assert_eq!(labels, "0m             30m            1h             1h30m        2h");
    }
}
