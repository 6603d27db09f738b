//! Evaluations over time, short: those in a row with the same outcome are one stretch.

/// Evaluations at equal distances, all with the same outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The first evaluation, milliseconds since the Unix epoch.
    pub from_ms: i64,
    /// The last evaluation.
    pub to_ms: i64,
    /// How many there are.
    pub count: u64,
    /// At how many of them every required selector matched: all or none.
    pub matched: u64,
    /// How many of them ended in an error: all or none.
    pub failed: u64,
}

impl Stretch {
    /// The times of its evaluations, milliseconds since the Unix epoch.
    pub fn times(&self) -> impl Iterator<Item = i64> + use<> {
        let (from_ms, step_ms) = (self.from_ms, self.step_ms());
        (0..self.count as i64).map(move |index| from_ms + index * step_ms)
    }

    /// Adds an evaluation to those before it.
    pub fn note(stretches: &mut Vec<Self>, time_ms: i64, matched: bool, failed: bool) {
        let (one_matched, one_failed) = (u64::from(matched), u64::from(failed));
        match stretches.last_mut().filter(|last| last.takes(time_ms, matched, failed)) {
            Some(last) => {
                last.to_ms = time_ms;
                last.count += 1;
                last.matched += one_matched;
                last.failed += one_failed;
            }
            None => stretches.push(Self {
                from_ms: time_ms,
                to_ms: time_ms,
                count: 1,
                matched: one_matched,
                failed: one_failed,
            }),
        }
    }

    fn step_ms(&self) -> i64 {
        match self.count {
            0 | 1 => 0,
            count => (self.to_ms - self.from_ms) / (count as i64 - 1),
        }
    }

    /// Whether an evaluation goes on with it.
    fn takes(&self, time_ms: i64, matched: bool, failed: bool) -> bool {
        (self.matched > 0, self.failed > 0) == (matched, failed)
            && (self.count == 1 || time_ms - self.to_ms == self.step_ms())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_end_where_the_outcome_or_the_pace_changes_and_keep_every_time() {
        let mut stretches = Vec::new();
        let evaluations =
            [(0, false, false), (30, false, false), (60, true, false), (90, true, false), (120, true, false)];
        let later = [(180, true, false), (210, true, true)];
        for (time_ms, matched, failed) in evaluations.into_iter().chain(later) {
            Stretch::note(&mut stretches, time_ms, matched, failed);
        }
        let counts: Vec<_> = stretches.iter().map(|s| (s.count, s.matched, s.failed)).collect();
        assert_eq!(counts, [(2, 0, 0), (3, 3, 0), (1, 1, 0), (1, 1, 1)]);
        let times: Vec<_> = stretches.iter().flat_map(Stretch::times).collect();
        assert_eq!(times, [0, 30, 60, 90, 120, 180, 210]);
    }
}
