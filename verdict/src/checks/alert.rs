//! `alert … fires`, `alert … never fires`, `alert … resolves`.

use scenario_lang::quantity::When;
use scenario_lang::vocabulary::Spec;

use super::case::{blind, sample};
use super::chain::{broken_link, reached};
use super::{Case, Row};
use crate::episodes::Episode;
use crate::readable::{counted, duration_ns};
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
    let at_end = case.phrase().when("when") == Some(When::AtEnd);
    let finding = match case.phrase().form {
        0 => fires(case, &alert, &window, &firing, at_end),
        1 => return never_fires(case, &alert, &window, &firing),
        _ => resolves(case, &alert, &window, &firing, at_end),
    };
    Ok(match case.no_proof(&alert) {
        Some(reason) => finding.doubted(reason),
        None => finding,
    })
}

fn fires(case: &Case, alert: &str, window: &Window, firing: &[Episode], at_end: bool) -> Finding {
    let (verb, end) = (if at_end { "fires" } else { "begins to fire" }, window.to_ns());
    let expected = format!("{alert} {verb} {}", window.text(case.clock()));
    let meant = |episode: &&Episode| match at_end {
        true => episode.fires_at(end),
        false => episode.firing_ns.is_some_and(|onset| window.contains(onset)),
    };
    if let Some(episode) = firing.iter().find(meant) {
        let onset = case.moment(episode.firing_ns.unwrap_or(episode.from_ns));
        return Finding::held(format!("{alert} fired {onset}"))
            .with(Expected, expected)
            .with(Sample, sample(episode));
    }
    let late = firing.iter().find_map(|episode| episode.firing_ns.filter(|onset| *onset >= end));
    match (late, firing.last()) {
        (Some(onset), _) => Finding::violated(format!("{alert} fired too late, {}", case.moment(onset)))
            .with(Expected, expected)
            .with(Happened, format!("it fired at {}", case.clock().at(onset)))
            .with(By, format!("{} too late", duration_ns(onset - end))),
        (None, Some(episode)) => Finding::violated(format!("{alert} fired, but not in that part of the run"))
            .with(Expected, expected)
            .with(Happened, story(case, episode)),
        (None, None) => not_at_all(case, alert, expected),
    }
}

fn never_fires(case: &Case, alert: &str, window: &Window, firing: &[Episode]) -> Result<Finding, String> {
    let clock = case.clock();
    let expected = format!("{alert} does not fire {}", window.text(clock));
    if let Some(episode) = firing.iter().find(|episode| episode.fires_in(window)) {
        let onset = clock.at(episode.firing_ns.unwrap_or(episode.from_ns));
        let twin =
            case.twin_fires(alert).map(|time| format!("without faults it fires too, at {}", clock.at(time)));
        return Ok(Finding::violated(format!("{alert} fired at {onset}"))
            .with(Expected, expected)
            .with(Happened, story(case, episode))
            .with(Sample, sample(episode))
            .with_all(Note, twin));
    }
    let rules = case.rules(alert);
    if rules.is_empty() {
        return Err(format!("no rule file has an alert {alert}"));
    }
    if let Some(reason) = rules.iter().find_map(|rule| blind(rule, window)) {
        return Err(reason);
    }
    let evaluations = rules.iter().map(|rule| rule.evaluations).sum();
    let reaches = rules.iter().filter_map(|rule| rule.reach.as_ref());
    let nearest = reaches.map(|reach| format!("over the whole run its expression {}", reached(case, reach)));
    Ok(Finding::held(format!(
        "{alert} did not fire there; the run has {} of it",
        counted(evaluations, "evaluation")
    ))
    .with(Expected, expected)
    .with_all(Sample, nearest))
}

fn resolves(case: &Case, alert: &str, window: &Window, firing: &[Episode], at_end: bool) -> Finding {
    let (verb, end) = (if at_end { "no longer fires" } else { "stops firing" }, window.to_ns());
    let expected = format!("{alert} {verb} {}", window.text(case.clock()));
    let stops = firing.iter().filter_map(|episode| episode.to_ns);
    let stopped = stops.filter(|time| at_end || window.contains(*time)).max();
    let violated = |reason: String, episode: &Episode| {
        Finding::violated(reason).with(Expected, expected.clone()).with(Happened, story(case, episode))
    };
    match (firing.iter().find(|episode| episode.fires_at(end)), stopped) {
        (None, Some(time)) => {
            Finding::held(format!("{alert} resolved {}", case.moment(time))).with(Expected, expected)
        }
        (Some(episode), _) => match episode.to_ns {
            Some(time) => violated(format!("{alert} resolved too late, {}", case.moment(time)), episode)
                .with(By, format!("{} too late", duration_ns(time - end))),
            None => violated(format!("{alert} still fires when the run ends"), episode),
        },
        (None, None) => match firing.last() {
            Some(episode) => {
                violated(format!("{alert} did not stop firing in that part of the run"), episode)
                    .with(At, case.moment(episode.to_ns.unwrap_or(end)))
            }
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

fn story(case: &Case, episode: &Episode) -> String {
    let from = case.clock().at(episode.firing_ns.unwrap_or(episode.from_ns));
    match episode.to_ns {
        Some(to) => format!("it fired from {from} to {}", case.clock().at(to)),
        None => format!("it fired from {from} to the end of the run"),
    }
}
