//! Moments at equal distances.

/// From the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Schedule {
    first_ms: i64,
    last_ms: i64,
    step_ms: i64,
}

impl Schedule {
    /// Those between two moments that lie whole steps from `some_ms`.
    pub(super) fn through(some_ms: i64, step_ms: i64, from_ms: i64, to_ms: i64) -> Self {
        let step_ms = step_ms.max(1);
        let first_ms = from_ms + (some_ms - from_ms).rem_euclid(step_ms);
        Self { first_ms, last_ms: to_ms, step_ms }
    }

    pub(super) fn first_ms(&self) -> i64 {
        self.first_ms
    }

    pub(super) fn last_ms(&self) -> i64 {
        self.last_ms
    }

    pub(super) fn step_ms(&self) -> i64 {
        self.step_ms
    }

    /// All of them.
    pub(super) fn times(self) -> impl Iterator<Item = i64> + Clone {
        (0..)
            .map(move |index| self.first_ms + index * self.step_ms)
            .take_while(move |time| *time <= self.last_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_keep_their_phase_and_stay_between_the_ends() {
        let times =
            |some, step, from, to| Schedule::through(some, step, from, to).times().collect::<Vec<_>>();
        assert_eq!(times(1003, 10, 20, 45), [23, 33, 43]);
        assert_eq!(times(3, 10, 23, 43), [23, 33, 43]);
        assert_eq!(times(0, 10, 21, 29), [0; 0]);
    }
}
