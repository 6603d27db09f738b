//! The chain from sample to firing alert, and the link of it that broke.

use observatory::rules::{Reach, RuleReport};

use super::Case;
use crate::episodes::Episode;
use crate::readable::{duration_ns, number, percent};

/// How far a rule came towards firing; later links are nearer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    Evaluation,
    Success,
    Series,
    Threshold,
    Patience,
}

/// Why an alert that never fired did not: of several rules of its name, the one that came nearest.
pub(super) fn broken_link(case: &Case, alert: &str) -> String {
    let episodes = case.episodes(alert);
    let links = case.rules(alert).into_iter().map(|rule| link(case, rule, &episodes));
    let nearest = links.max_by_key(|(link, _)| *link);
    nearest.map_or_else(|| format!("no rule file has an alert {alert}"), |(_, text)| text)
}

fn link(case: &Case, rule: &RuleReport, episodes: &[Episode]) -> (Link, String) {
    let name = &rule.name;
    if let Some(pending) =
        episodes.iter().filter(|episode| episode.firing_ns.is_none()).max_by_key(|e| length(case, e))
    {
        let waited = duration_ns(length(case, pending));
        let end =
            if pending.to_ns.is_some() { "its expression had no result any more" } else { "the run ended" };
        let text = format!(
            "{name} was pending from {} for {waited} of its `for` of {}, then {end}",
            case.clock().at(pending.from_ns),
            duration_ns(rule.for_ms * 1_000_000)
        );
        return (Link::Patience, text);
    }
    if rule.evaluations == 0 {
        return (Link::Evaluation, format!("the rule of {name} was never evaluated"));
    }
    if rule.failures == rule.evaluations {
        let error = rule.last_error.as_deref().unwrap_or("no message");
        return (Link::Success, format!("every evaluation of {name} failed: {error}"));
    }
    if rule.matched == 0 {
        let text =
            format!("a selector of {name} matched no series in any of {} evaluations", rule.evaluations);
        return (Link::Series, text);
    }
    let text = match &rule.reach {
        Some(reach) => format!("the expression of {name} {}", reached(case, reach)),
        None => format!("the expression of {name} had no result in any of {} evaluations", rule.evaluations),
    };
    (Link::Threshold, text)
}

fn length(case: &Case, episode: &Episode) -> i64 {
    episode.to_ns.unwrap_or(case.flight.end_ns) - episode.from_ns
}

/// `came to 3.2 of 14.4 at +1h15m30s (10:15:30), 22% of the threshold`.
pub(super) fn reached(case: &Case, reach: &Reach) -> String {
    let share = reach.value / reach.threshold;
    let share = if (0.0..1.0).contains(&share) {
        format!(", {} of the threshold", percent(share))
    } else {
        String::new()
    };
    format!(
        "came to {} of {} at {}{share} (`{}`)",
        number(reach.value),
        number(reach.threshold),
        case.clock().at_ms(reach.time_ms),
        reach.comparison
    )
}
