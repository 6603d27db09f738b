//! `alert … fires`, `alert … never fires`, `alert … resolves`.

use scenario_lang::quantity::When;
use scenario_lang::vocabulary::Spec;

use super::case::blind;
use super::chain::{broken_link, reached};
use super::{Case, Row};
use crate::episodes::Episode;
use crate::readable::{counted, duration_ns, number};
use crate::verdict::EvidenceKind::{By, Expected, Happened, Link, Note, Sample, When as At};
use crate::verdict::Finding;
use crate::window::Window;

pub(super) const ROW: Row = Row {
    spec: Spec {
        keyword: "alert",
        forms: &[
            "alert {alert:alert} fires {when:when}",
            "alert {alert:alert} never fires [{when:when}]",
            "alert {alert:alert} resolves {when:when}",
        ],
        doc: "An alert begins to fire, never fires, or stops firing in a part of the run. `fires` counts the moment \
              at which it begins; `never fires` also minds an alert that was firing before. An alert that fires \
              without the faults as well makes `fires` and `resolves` inconclusive.",
        example: "alert ErrorBudgetBurnFast fires within 6m of bad-deploy",
    },
    judge,
};

fn judge(case: &Case) -> Result<Finding, String> {
    let alert = case.slot("alert", |phrase, slot| phrase.name(slot))?;
    let window = case.window()?;
    let firing: Vec<Episode> = case.episodes(&alert).into_iter().filter(|e| e.firing_ns.is_some()).collect();
    match case.phrase().form {
        0 => Ok(case.against_twin(fires(case, &alert, &window, &firing), &alert)),
        1 => never_fires(case, &alert, &window, &firing),
        _ => Ok(case.against_twin(resolves(case, &alert, &window, &firing), &alert)),
    }
}

fn fires(case: &Case, alert: &str, window: &Window, firing: &[Episode]) -> Finding {
    let at_end = case.phrase().when("when") == Some(When::AtEnd);
    let meant = |episode: &&Episode| match at_end {
        true => episode.fires_at(window.to_ns()),
        false => onset(episode).is_some_and(|time| window.contains(time)),
    };
    let expected = format!("{alert} begins to fire {}", window.text(case.clock()));
    if let Some(episode) = firing.iter().find(meant) {
        let since = onset(episode).map(|time| case.moment(time)).unwrap_or_default();
        return Finding::held(format!("{alert} fired {since}"))
            .with(Expected, expected)
            .with(Sample, sample(episode));
    }
    let late = firing.iter().filter_map(onset).find(|time| *time >= window.to_ns());
    let early = firing.iter().rev().find(|episode| onset(episode).is_some_and(|time| time < window.to_ns()));
    match (late, early) {
        (Some(time), _) => {
            let by = duration_ns(time - window.to_ns());
            Finding::violated(format!("{alert} fired too late, {}", case.moment(time)))
                .with(Expected, expected)
                .with(Happened, format!("it fired at {}", case.clock().at(time)))
                .with(By, format!("{by} too late"))
        }
        (None, Some(episode)) => Finding::violated(format!("{alert} fired, but not in that part of the run"))
            .with(Expected, expected)
            .with(Happened, story(case, episode)),
        (None, None) => not_at_all(case, alert, expected),
    }
}

fn never_fires(case: &Case, alert: &str, window: &Window, firing: &[Episode]) -> Result<Finding, String> {
    let expected = format!("{alert} does not fire {}", window.text(case.clock()));
    let end = case.flight.end_ns + 1;
    let meets = |episode: &&Episode| {
        onset(episode).is_some_and(|from| window.meets(from, episode.to_ns.unwrap_or(end)))
    };
    if let Some(episode) = firing.iter().find(meets) {
        let time = onset(episode).unwrap_or(episode.from_ns);
        let twin = case
            .twin_fires(alert)
            .map(|time| format!("without faults it fires too, at {}", case.clock().at(time)));
        return Ok(Finding::violated(format!("{alert} fired at {}", case.clock().at(time)))
            .with(Expected, expected)
            .with(Happened, story(case, episode))
            .with(Sample, sample(episode))
            .with_all(Note, twin));
    }
    let rules = case.rules(alert);
    if rules.is_empty() {
        return Err(format!("no rule file has an alert {alert}"));
    }
    if let Some(reason) = rules.iter().find_map(|rule| blind(rule)) {
        return Err(reason);
    }
    let evaluations = rules.iter().map(|rule| rule.evaluations).sum();
    let reaches = rules.iter().filter_map(|rule| rule.reach.as_ref());
    let nearest = reaches.map(|reach| format!("over the whole run its expression {}", reached(case, reach)));
    Ok(Finding::held(format!("{alert} did not fire in {}", counted(evaluations, "evaluation")))
        .with(Expected, expected)
        .with_all(Sample, nearest))
}

fn resolves(case: &Case, alert: &str, window: &Window, firing: &[Episode]) -> Finding {
    let expected = format!("{alert} stops firing {}", window.text(case.clock()));
    let end = window.to_ns();
    let still = firing
        .iter()
        .find(|episode| episode.fires_at(end) && !episode.to_ns.is_some_and(|to| window.contains(to)));
    let stops = firing.iter().filter_map(|episode| episode.to_ns);
    let stopped = stops.filter(|time| window.contains(*time)).max();
    let violated = |reason: String| Finding::violated(reason).with(Expected, expected.clone());
    match (still, stopped) {
        (None, Some(time)) => {
            Finding::held(format!("{alert} resolved {}", case.moment(time))).with(Expected, expected)
        }
        (Some(episode), _) => match episode.to_ns {
            Some(time) => violated(format!("{alert} resolved too late, {}", case.moment(time)))
                .with(Happened, story(case, episode))
                .with(By, format!("{} too late", duration_ns(time - end))),
            None => violated(format!("{alert} still fires when the run ends"))
                .with(Happened, story(case, episode)),
        },
        (None, None) => match firing.last() {
            Some(episode) => violated(format!("{alert} did not stop firing in that part of the run"))
                .with(Happened, story(case, episode))
                .with(At, case.moment(episode.to_ns.unwrap_or(end))),
            None => not_at_all(case, alert, expected),
        },
    }
}

fn not_at_all(case: &Case, alert: &str, expected: String) -> Finding {
    let broken = broken_link(case, alert);
    Finding::violated(format!("{alert} never fired: {}", broken.short))
        .with(Expected, expected)
        .with(Happened, "it never fired")
        .with(Link, broken.long)
}

fn onset(episode: &Episode) -> Option<i64> {
    episode.firing_ns
}

fn sample(episode: &Episode) -> String {
    format!("{} = {}", episode.labels, number(episode.value))
}

fn story(case: &Case, episode: &Episode) -> String {
    let from = case.clock().at(episode.firing_ns.unwrap_or(episode.from_ns));
    match episode.to_ns {
        Some(to) => format!("it fired from {from} to {}", case.clock().at(to)),
        None => format!("it fired from {from} to the end of the run"),
    }
}
