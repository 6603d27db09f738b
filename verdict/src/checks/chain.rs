//! The chain from sample to firing alert, and the link of it that broke.

use observatory::rules::{Reach, RuleReport};

use super::Case;
use crate::episodes::Episode;
use crate::readable::{counted, duration_ns, number};

/// How far a rule came towards firing; later links are nearer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    Evaluation,
    Success,
    Series,
    Threshold,
    Patience,
}

/// The link at which a rule stopped.
pub(super) struct Broken {
    link: Link,
    /// In a few words, to follow the alert's name.
    pub(super) short: String,
    /// With all its figures.
    pub(super) long: String,
}

/// Why an alert that never fired did not: of several rules of its name, the one that came nearest.
pub(super) fn broken_link(case: &Case, alert: &str) -> Broken {
    let episodes = case.episodes(alert);
    let links = case.rules(alert).into_iter().map(|rule| broken(case, rule, &episodes));
    links.max_by_key(|broken| broken.link).unwrap_or_else(|| {
        let long = format!("no rule file has an alert {alert}");
        Broken { link: Link::Evaluation, short: "no rule file has it".to_owned(), long }
    })
}

fn broken(case: &Case, rule: &RuleReport, episodes: &[Episode]) -> Broken {
    let (name, evaluations) = (&rule.name, counted(rule.evaluations, "evaluation"));
    let length = |episode: &Episode| episode.to_ns.unwrap_or(case.flight.end_ns) - episode.from_ns;
    let pending = episodes.iter().filter(|episode| episode.firing_ns.is_none()).max_by_key(|e| length(e));
    let (link, short, long) = if let Some(pending) = pending {
        let (waited, patience) = (duration_ns(length(pending)), duration_ns(rule.for_ms * 1_000_000));
        let end =
            if pending.to_ns.is_some() { "its expression had no result any more" } else { "the run ended" };
        let from = case.clock().at(pending.from_ns);
        let long =
            format!("{name} was pending from {from} for {waited} of its `for` of {patience}, then {end}");
        (Link::Patience, format!("it was pending for {waited} of its `for` of {patience}"), long)
    } else if rule.evaluations == 0 {
        let long = format!("the rule of {name} was never evaluated");
        (Link::Evaluation, "its rule was never evaluated".to_owned(), long)
    } else if rule.failures == rule.evaluations {
        let error = rule.last_error.as_deref().unwrap_or("no message");
        let long = format!("all of {evaluations} of {name} failed: {error}");
        (Link::Success, "every evaluation of its rule failed".to_owned(), long)
    } else if rule.matched == 0 {
        let long = format!("a selector of {name} matched no series in any of {evaluations}");
        (Link::Series, "a selector of its rule matched no series".to_owned(), long)
    } else if let Some(reach) = &rule.reach {
        let short = format!("its expression came to {} of {}", number(reach.value), number(reach.threshold));
        (Link::Threshold, short, format!("the expression of {name} {}", reached(case, reach)))
    } else {
        let long = format!("the expression of {name} had no result in any of {evaluations}");
        (Link::Threshold, "its expression never had a result".to_owned(), long)
    };
    Broken { link, short, long }
}

/// `came to 3.2 of 14.4 at +1h15m30s (10:15:30), 22% of the threshold`.
pub(super) fn reached(case: &Case, reach: &Reach) -> String {
    let share = reach.value / reach.threshold;
    let share = match (0.0..1.0).contains(&share) {
        true => format!(", {:.0}% of the threshold", share * 100.0),
        false => String::new(),
    };
    format!(
        "came to {} of {} at {}{share} (`{}`)",
        number(reach.value),
        number(reach.threshold),
        case.clock().at_ms(reach.time_ms),
        reach.comparison
    )
}
