//! One expectation with all the evidence, and the questions that several kinds of check ask of it.

use observatory::rules::{RuleReport, Stretch};
use scenario_lang::plan::{Check, Plan};
use scenario_lang::quantity::{Anchor, When};
use scenario_lang::vocabulary::Phrase;

use crate::episodes::Episode;
use crate::flight::Flight;
use crate::readable::{Clock, duration_ns, number};
use crate::window::Window;

pub(crate) struct Case<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) flight: &'a Flight,
    pub(crate) twin: Option<&'a Flight>,
    pub(crate) index: usize,
    pub(crate) check: &'a Check,
}

impl Case<'_> {
    pub(crate) fn clock(&self) -> Clock {
        Clock { start_ns: self.flight.start_ns }
    }

    pub(crate) fn phrase(&self) -> &Phrase {
        &self.check.phrase
    }

    /// A slot that its form demands.
    pub(crate) fn slot<T>(&self, name: &str, read: impl Fn(&Phrase, &str) -> Option<T>) -> Result<T, String> {
        read(self.phrase(), name).ok_or_else(|| format!("the expectation does not say its `{name}`"))
    }

    /// The part of the run that is meant.
    pub(crate) fn window(&self) -> Result<Window, String> {
        Window::new(self.plan, self.flight.start_ns, self.phrase().when("when").as_ref())
            .ok_or_else(|| "the part of the run that it speaks of is empty".to_owned())
    }

    /// The part of the run that is meant, for what needs a stretch of time: `at end` is only a moment.
    pub(crate) fn stretch(&self) -> Result<Window, String> {
        match self.phrase().when("when") {
            Some(When::AtEnd) => Err("`at end` is a moment, and this needs a stretch of time".to_owned()),
            _ => self.window(),
        }
    }

    /// A moment, and how long after the anchor it is where the expectation counts from one.
    pub(crate) fn moment(&self, time_ns: i64) -> String {
        let at = self.clock().at(time_ns);
        let Some(When::Within { of, .. }) = self.phrase().when("when") else { return at };
        let Some(fault) = self.plan.fault(&of.fault) else { return at };
        let anchor = if of.end { fault.end() } else { fault.from };
        let after = time_ns - self.flight.start_ns - anchor.as_nanos() as i64;
        let Anchor { fault, end } = of;
        let (length, side) = (duration_ns(after.abs()), if after < 0 { "before" } else { "after" });
        format!("{length} {side} {fault}{}, at {at}", if end { " end" } else { "" })
    }

    /// The alerting rules of that name.
    pub(crate) fn rules(&self, alert: &str) -> Vec<&RuleReport> {
        self.flight.rules.iter().filter(|rule| rule.alerting && rule.name == alert).collect()
    }

    /// The episodes of that alert.
    pub(crate) fn episodes(&self, alert: &str) -> Vec<Episode> {
        self.flight.episodes().into_iter().filter(|episode| episode.alert == alert).collect()
    }

    /// When that alert first fires in the twin.
    pub(crate) fn twin_fires(&self, alert: &str) -> Option<i64> {
        let firing = |episode: Episode| episode.firing_ns.filter(|_| episode.alert == alert);
        self.twin?.episodes().into_iter().find_map(firing)
    }

    /// Why the firing of that alert proves nothing: the faults are not shown to be its cause.
    pub(crate) fn no_proof(&self, alert: &str) -> Option<String> {
        if self.plan.faults.is_empty() {
            return None;
        }
        if self.twin.is_none() {
            return Some(format!(
                "no twin without faults was flown, so nothing shows that {alert} is due to them"
            ));
        }
        let time = self.clock().at(self.twin_fires(alert)?);
        Some(format!("{alert} fires without any fault as well, at {time}, so its firing proves nothing"))
    }
}

/// The value of an alert when it began to fire.
pub(crate) fn sample(episode: &Episode) -> String {
    format!("{} = {}", episode.labels, number(episode.value))
}

/// Why the absence of an alert in a part of the run says nothing, if that rule gave it no chance to fire there.
pub(crate) fn blind(rule: &RuleReport, window: &Window) -> Option<String> {
    let (name, group) = (&rule.name, &rule.group);
    if rule.evaluations == 0 {
        return Some(format!("{name} (group {group}) was never evaluated"));
    }
    let inside = evaluations(rule, window);
    let count = inside.len();
    if count == 0 {
        return Some(format!("{name} (group {group}) was not evaluated in that part of the run"));
    }
    let failed = inside.iter().filter(|stretch| stretch.failed > 0).count();
    if failed > 0 {
        let error = rule.last_error.as_deref().unwrap_or("no message");
        return Some(format!("{name} (group {group}) failed in {failed} of {count} evaluations: {error}"));
    }
    inside.iter().all(|stretch| stretch.matched == 0).then(|| {
        format!("a selector of {name} (group {group}) matched no series in any of {count} evaluations")
    })
}

/// For each evaluation in a part of the run, the stretch it belongs to. At a mere moment the last one before stands.
fn evaluations<'a>(rule: &'a RuleReport, window: &Window) -> Vec<&'a Stretch> {
    let times = rule
        .stretches
        .iter()
        .flat_map(|stretch| stretch.times().map(move |time_ms| (time_ms.saturating_mul(1_000_000), stretch)));
    if window.from_ns() == window.to_ns() {
        return times
            .filter(|(time_ns, _)| *time_ns <= window.to_ns())
            .last()
            .map(|(_, s)| s)
            .into_iter()
            .collect();
    }
    times.filter(|(time_ns, _)| window.contains(*time_ns)).map(|(_, stretch)| stretch).collect()
}
