//! How the objectives did, by the samples of the services' counters.

use observatory::promql::MatrixRow;
use observatory::series::Sample;
use verdict::flight::Budget;

use super::Watched;
use super::inquiry::Inquiry;
use crate::flight::budget::Objective;

/// One for each objective of the plan.
pub(super) async fn budgets(inquiry: &Inquiry<'_>, watched: &Watched<'_>) -> Result<Vec<Budget>, String> {
    let times = watched.times;
    let ms = |ns: i64| ns.div_euclid(1_000_000);
    // A counter's last sample before the beginning lies up to the lookback before it.
    let begin_ns = times.history_ns.unwrap_or(times.start_ns);
    let from_ms = ms(begin_ns) - watched.lookback_ms;
    let mut budgets = Vec::new();
    for objective in Objective::all(watched.plan) {
        let total = inquiry.api.samples(&objective.total, from_ms, watched.end_ms()).await?;
        let bad = inquiry.api.samples(&objective.bad, from_ms, watched.end_ms()).await?;
        let counted = |time_ms| (counted(&total, time_ms), counted(&bad, time_ms));
        let period_ns = objective.begin_ns(times);
        let before = match times.history_ns {
            // All of the history counts.
            Some(history_ns) if period_ns < history_ns => (0.0, 0.0),
            _ => counted(ms(period_ns.max(begin_ns))),
        };
        budgets.push(objective.budget(times, before, counted(ms(times.start_ns)), counted(watched.end_ms())));
    }
    Ok(budgets)
}

/// What counters have counted until a moment, although they begin anew with every process: where one falls, it has begun at
/// zero.
fn counted(rows: &[MatrixRow], until_ms: i64) -> f64 {
    let one = |row: &MatrixRow| {
        let mut before = 0.0;
        let mut count = 0.0;
        for &Sample { value, .. } in row.samples.iter().take_while(|sample| sample.time_ms <= until_ms) {
            count += if value < before { value } else { value - before };
            before = value;
        }
        count
    };
    rows.iter().map(one).sum()
}

#[cfg(test)]
mod tests {
    use observatory::series::Labels;

    use super::*;

    #[test]
    fn counters_that_begin_anew_go_on_counting() {
        let row = |values: &[f64]| MatrixRow {
            labels: Labels::default(),
            samples: (0..).zip(values).map(|(time_ms, value)| Sample { time_ms, value: *value }).collect(),
        };
        let rows = [row(&[5.0, 7.0, 2.0, 3.0]), row(&[1.0])];
        assert_eq!([-1, 0, 1, 2, 9].map(|time| counted(&rows, time)), [0.0, 6.0, 8.0, 10.0, 11.0]);
    }
}
