//! The checks' own PromQL, asked for the moments at which the virtual world would have asked it: every scrape interval from
//! the start on, and at the end.

use observatory::promql::Value;
use sim_core::time::ns;
use verdict::flight::Observation;

use super::Watched;
use super::inquiry::Inquiry;
use super::schedule::Schedule;
use crate::flight::watch::Question;

/// What was answered, by the index of the check.
pub(super) async fn answers(
    inquiry: &Inquiry<'_>,
    watched: &Watched<'_>,
) -> Result<Vec<(usize, Vec<Observation>)>, String> {
    let (start_ms, end_ms) = (watched.start_ms(), watched.end_ms());
    let step_ms = ns(watched.plan.scrape_interval) / 1_000_000;
    let scrapes = Schedule::through(start_ms, step_ms, start_ms, end_ms);
    let end = Schedule::through(end_ms, 1, end_ms, end_ms);
    let last = (scrapes.times().last() != Some(end_ms)).then_some(end);
    let mut answers = Vec::new();
    for mut question in Question::all(watched.plan, watched.times) {
        for schedule in [Some(scrapes), last].into_iter().flatten() {
            ask(inquiry, watched, &mut question, schedule).await?;
        }
        answers.push((question.check, question.answers));
    }
    Ok(answers)
}

async fn ask(
    inquiry: &Inquiry<'_>,
    watched: &Watched<'_>,
    question: &mut Question,
    schedule: Schedule,
) -> Result<(), String> {
    // The ends of the run are not at whole milliseconds, and their moments are meant.
    let exact = |time_ms: i64| match time_ms == watched.end_ms() {
        true => watched.times.end_ns,
        false => (time_ms * 1_000_000).max(watched.times.start_ns),
    };
    let due: Vec<i64> = schedule.times().filter(|time_ms| question.is_due(exact(*time_ms))).collect();
    if due.is_empty() {
        return Ok(());
    }
    let query = question.query.to_string();
    let values = inquiry.over(&query, schedule).await?;
    let matched = inquiry.matched(&question.query, schedule).await?;
    for time_ms in due {
        let answer = match &values {
            Ok(values) => Ok(Value::Vector(values.get(&time_ms).cloned().unwrap_or_default())),
            // It has failed somewhere, not everywhere.
            Err(_) => inquiry.at(&query, time_ms).await?,
        };
        question.note(exact(time_ms), answer, matched.contains(&time_ms));
    }
    Ok(())
}
