//! Checks against the world outside: rule files, routes and the metrics that there will be.

use std::time::Duration;

use crate::diagnostic::{Code, Diagnostic};
use crate::forecast::burn::{Burn, forecast};
use crate::forecast::hits_nothing;
use crate::load::Loaded;
use crate::lower::said;
use crate::plan::{Check, Fault, Plan};
use crate::quantity::{When, written};
use crate::span::Span;
use crate::suggest::advice;
use crate::surroundings::{AlertFacts, Surroundings};
use crate::tree::{Name, Said};
use crate::vocabulary::Kind;

/// Checks what a scenario expects against its surroundings: alerts and receivers exist, deadlines can be kept, and the
/// rules look for series that there will be.
pub fn check(loaded: &Loaded, plan: &Plan, surroundings: &Surroundings) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (said, expected) in said(loaded).zip(&plan.checks) {
        diagnostics.extend(
            said.mentions.iter().filter_map(|(kind, name)| unknown(*kind, name, loaded, surroundings)),
        );
        diagnostics.extend(deadline(said, expected, plan, surroundings));
    }
    diagnostics.extend(selectors(loaded, surroundings));
    diagnostics
}

fn unknown(kind: Kind, name: &Name, loaded: &Loaded, surroundings: &Surroundings) -> Option<Diagnostic> {
    let (code, noun, statement, known): (_, _, _, Vec<&str>) = match kind {
        Kind::Alert => {
            let alerts = surroundings.alerts.iter().map(|alert| alert.name.as_str());
            (Code::UnknownAlert, "alert", "rules", alerts.collect())
        }
        Kind::Receiver => {
            let receivers = surroundings.receivers.iter().map(String::as_str);
            (Code::UnknownReceiver, "receiver", "routes", receivers.collect())
        }
        _ => return None,
    };
    if known.contains(&name.value.as_str()) {
        return None;
    }
    let none = match kind {
        Kind::Alert => loaded.rules.is_empty(),
        _ => loaded.routes.is_none(),
    };
    let missing = none.then(|| format!("the scenario has no `{statement}` statement"));
    let empty = || known.is_empty().then(|| format!("the files of `{statement}` have no {noun} at all"));
    Some(
        Diagnostic::new(code, name.span, format!("there is no {noun} `{}`", name.value))
            .label("not defined")
            .maybe_help(missing.or_else(empty).or_else(|| advice(&name.value, &unique(known), noun))),
    )
}

/// An alert that stands in several rules is named once.
fn unique(names: Vec<&str>) -> Vec<&str> {
    let mut unique: Vec<&str> = Vec::new();
    for name in names {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    unique
}

/// `alert X fires within D of F` and `page R within D of F`, where nothing can be as fast as D. Of a fault that hits
/// nothing the lowering has warned, and there is no more to say.
fn deadline(said: &Said, expected: &Check, plan: &Plan, surroundings: &Surroundings) -> Option<Diagnostic> {
    // The plan's own values count: its timeline may be scaled.
    let When::Within { limit, of } = expected.phrase.when("when")? else { return None };
    let span = said.place("when");
    let fault = plan.fault(&of.fault).filter(|fault| !of.end && !hits_nothing(plan, fault))?;
    let (kind, name) = said.mentions.iter().find(|(kind, _)| matches!(kind, Kind::Alert | Kind::Receiver))?;
    let has = |word: &str| said.words.contains(&word);
    let of_alert = *kind == Kind::Alert && has("fires") && !has("never");
    let candidates: Vec<&AlertFacts> = match kind {
        Kind::Receiver => surroundings.alerts.iter().collect(),
        _ if of_alert => surroundings.alerts.iter().filter(|alert| alert.name == name.value).collect(),
        _ => return None,
    };
    // Of several rules, the one that comes closest decides.
    let obstacles = candidates.into_iter().map(|alert| obstacle(alert, plan, fault, limit));
    let nearest =
        obstacles.collect::<Option<Vec<_>>>()?.into_iter().min_by_key(|obstacle| obstacle.earliest)?;
    let scale = plan.time_scale;
    let scaled = (scale != 1.0)
        .then(|| format!("these times are those of a timeline that is {} times shorter", rounded(scale)));
    Some(nearest.diagnostic(span, fault, *kind == Kind::Receiver).maybe_help(scaled))
}

/// Why an alert does not fire in time.
struct Obstacle<'a> {
    alert: &'a AlertFacts,
    earliest: Duration,
    burn: Option<Burn>,
    scrape: Duration,
}

/// What keeps an alert from firing within `limit` of a fault, if anything does.
fn obstacle<'a>(alert: &'a AlertFacts, plan: &Plan, fault: &Fault, limit: Duration) -> Option<Obstacle<'a>> {
    let scrape = plan.scrape_interval;
    if let Some(facts) = &alert.burn
        && let Some(burn) = forecast(plan, fault, facts, limit)
    {
        let earliest = burn.after.map_or(Duration::MAX, |after| after.saturating_add(alert.for_));
        if earliest > limit {
            return Some(Obstacle { alert, earliest, burn: Some(burn), scrape });
        }
    }
    let earliest = alert.for_.saturating_add(scrape).saturating_add(alert.interval);
    (earliest > limit).then_some(Obstacle { alert, earliest, burn: None, scrape })
}

impl Obstacle<'_> {
    fn diagnostic(&self, span: Span, fault: &Fault, page: bool) -> Diagnostic {
        let alert = &self.alert.name;
        let whose = if page { format!("even the fastest alert, `{alert}`,") } else { format!("`{alert}`") };
        let Some((burn, facts)) = self.burn.zip(self.alert.burn) else {
            let parts =
                [("for", self.alert.for_), ("scrape", self.scrape), ("evaluation", self.alert.interval)];
            let parts = parts.map(|(what, length)| format!("{} {what}", written(length)));
            let earliest = written(self.earliest);
            return Diagnostic::new(
                Code::DeadlineTooShort,
                span,
                format!("{whose} cannot be counted on before {earliest}"),
            )
            .label("too short")
            .help(format!("it takes {}", parts.join(" + ")))
            .help(format!("give it `{earliest}` or more"));
        };
        let rate = burn.failing / (1.0 - facts.objective);
        let sum = format!(
            "`{}` fails {} of requests, a burn rate of {}; the alert fires at {} over {}",
            fault.name,
            percent(burn.failing),
            rounded(rate),
            rounded(facts.factor),
            written(facts.window),
        );
        if burn.after.is_none() {
            return Diagnostic::new(
                Code::NeverBurns,
                span,
                format!("{whose} never fires for `{}`", fault.name),
            )
            .label(format!("the fault ends after {}", written(fault.length)))
            .help(sum)
            .help("let the fault last longer or hit a greater share, or expect another alert");
        }
        let earliest = written(rounded_up(self.earliest));
        Diagnostic::new(Code::BurnTooSlow, span, format!("{whose} cannot fire before {earliest}"))
            .label("too short")
            .help(sum)
            .help(format!("give it more than `{earliest}`, or let the fault hit a greater share"))
    }
}

/// Rule selectors that match nothing, at the `rules` statement that brought the file.
fn selectors(loaded: &Loaded, surroundings: &Surroundings) -> Vec<Diagnostic> {
    let warn = |selector: &crate::surroundings::UnmatchedSelector| {
        let rules =
            loaded.rules.iter().find(|rules| rules.value == selector.file).or(loaded.rules.first())?;
        let message = format!("no series can match `{}` of rule `{}`", selector.selector, selector.rule);
        let nearest = selector.nearest.as_ref().map(|nearest| format!("the nearest series is `{nearest}`"));
        Some(
            Diagnostic::new(Code::NoSeries, rules.span, message)
                .label(format!("loads `{}`", selector.file))
                .maybe_help(nearest),
        )
    };
    surroundings.selectors.iter().filter_map(warn).collect()
}

/// In whole seconds, and below a minute in whole milliseconds.
fn rounded_up(duration: Duration) -> Duration {
    let unit_ns = if duration < Duration::from_secs(60) { 1_000_000 } else { 1_000_000_000 };
    let units = duration.as_nanos().div_ceil(unit_ns);
    Duration::from_nanos((units * unit_ns) as u64)
}

fn percent(ratio: f64) -> String {
    format!("{}%", rounded(ratio * 100.0))
}

/// With two decimals at most.
fn rounded(value: f64) -> String {
    format!("{}", (value * 100.0).round() / 100.0)
}
