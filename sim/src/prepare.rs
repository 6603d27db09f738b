//! From a file to what can be flown: the plan, its rule files and its routes; or to what is wrong with them.

use std::path::Path;
use std::time::Duration;

use observatory::alertmanager::Alertmanager;
use observatory::promql::Query;
use observatory::rules::{BurnRate, KnownSeries, Values, alert_facts, unmatched};
use scenario_lang::diagnostic::{Diagnostic, json, render};
use scenario_lang::plan::{Check, Plan};
use scenario_lang::span::Sources;
use scenario_lang::surroundings::{AlertFacts, BurnFacts, Surroundings, UnmatchedSelector};
use scenario_lang::{Loaded, Loader};
use services::telemetry::expected::expected_series;
use sim_core::load::Profile;

use crate::cli::PromqlVersion;
use crate::files::Files;
use crate::flight::watch::{DEFAULT_INTERVAL_MS, Watch};
use crate::timeline::Timeline;
use crate::vocabulary::vocabulary;

/// A scenario that can be flown.
pub(crate) struct Flown {
    pub(crate) plan: Plan,
    pub(crate) watch: Watch,
}

/// What came of a file.
pub(crate) struct Prepared {
    /// What can be flown, if nothing is wrong.
    pub(crate) flown: Option<Flown>,
    /// What there is to say.
    pub(crate) findings: Findings,
}

/// What was found about a scenario and the files that it names.
pub(crate) struct Findings {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    /// Problems of the rule files and routes, which have errors of their own.
    foreign: Vec<String>,
}

impl Findings {
    fn of(loaded: &Loaded, diagnostics: Vec<Diagnostic>) -> Self {
        Self { sources: loaded.sources.clone(), diagnostics, foreign: Vec::new() }
    }

    fn any_error(&self) -> bool {
        !self.foreign.is_empty() || self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// All of it for people.
    pub(crate) fn text(&self) -> String {
        let diagnostics = self.diagnostics.iter().map(|found| render(found, &self.sources, false) + "\n");
        diagnostics.chain(self.foreign.iter().map(|problem| format!("error: {problem}\n"))).collect()
    }

    /// All of it as JSON lines.
    pub(crate) fn json(&self) -> String {
        let diagnostics = self.diagnostics.iter().map(|found| json(found, &self.sources));
        let foreign = self
            .foreign
            .iter()
            .map(|problem| serde_json::json!({ "severity": "error", "message": problem }).to_string());
        diagnostics.chain(foreign).map(|line| line + "\n").collect()
    }

    /// How many errors and warnings there are.
    pub(crate) fn summary(&self) -> String {
        let errors = self.foreign.len() + self.diagnostics.iter().filter(|found| found.is_error()).count();
        let warnings = self.foreign.len() + self.diagnostics.len() - errors;
        let counted =
            |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        format!("{}, {}", counted(errors, "error"), counted(warnings, "warning"))
    }
}

/// Reads and understands a file and what it imports, without the rule files and routes that it names.
pub(crate) fn understand(file: &Path) -> (Option<Plan>, Findings) {
    let (loaded, plan, diagnostics) = load(file);
    (plan, Findings::of(&loaded, diagnostics))
}

fn load(file: &Path) -> (Loaded, Option<Plan>, Vec<Diagnostic>) {
    let name = file.to_string_lossy();
    let (loaded, mut diagnostics) = scenario_lang::load(&name, &Files, &vocabulary());
    let (plan, more) = scenario_lang::lower(&loaded);
    diagnostics.extend(more);
    (loaded, plan, diagnostics)
}

/// Reads a scenario and everything that it names, and checks all of it against each other, on a timeline that is
/// `time_scale` times shorter.
pub(crate) fn prepare(file: &Path, version: PromqlVersion, time_scale: f64) -> Prepared {
    let (loaded, plan, diagnostics) = load(file);
    let mut findings = Findings::of(&loaded, diagnostics);
    let Some(plan) = plan else { return Prepared { flown: None, findings } };
    let timeline = Timeline(time_scale);
    let (plan, problems) = timeline.plan(plan, file);
    findings.foreign.extend(problems);
    let mut watch = Watch { promql: timeline.options(version), ..Watch::default() };
    for name in &plan.rules {
        match read(name).and_then(|text| timeline.rules(name, text)) {
            Ok((text, rules)) => {
                watch.rule_texts.push((name.clone(), text));
                watch.rules.push(rules);
            }
            Err(problem) => findings.foreign.push(problem),
        }
    }
    if let Some(name) = &plan.routes {
        match read(name).and_then(|text| timeline.routes(name, text)) {
            Ok((text, config)) => (watch.route_text, watch.routes) = (Some(text), Some(config)),
            Err(problem) => findings.foreign.push(problem),
        }
    }
    if plan.scrape_interval < Duration::from_millis(1) {
        findings.foreign.push(format!(
            "{}: samples have times in milliseconds; scrape every 1ms at most",
            file.display()
        ));
    }
    findings.foreign.extend(too_much(&plan).map(|problem| format!("{}: {problem}", file.display())));
    for check in &plan.checks {
        findings.foreign.extend(wrong_text(check));
    }
    if findings.foreign.is_empty() {
        findings.diagnostics.extend(scenario_lang::check(&loaded, &plan, &surroundings(&plan, &watch)));
    }
    let sound = !findings.any_error();
    Prepared { flown: sound.then_some(Flown { plan, watch }), findings }
}

fn read(name: &str) -> Result<String, String> {
    Files.read(name).map_err(|error| format!("cannot read {name}: {error}"))
}

/// More than this could not be flown in a day, or not be kept in memory.
const MOST_REQUESTS: f64 = 1e10;
const MOST_PER_SECOND: f64 = 1e6;

/// Whether a load asks for more requests than can be flown.
fn too_much(plan: &Plan) -> Option<String> {
    plan.loads.iter().filter(|load| !load.closed).find_map(|load| {
        let planned = Profile::new(&load.shapes, plan.duration).ok()?.planned();
        let (name, rate) = (&load.name, planned / plan.duration.as_secs_f64());
        (planned > MOST_REQUESTS || rate > MOST_PER_SECOND).then(|| {
            format!(
                "the load {name} plans {planned:.0} requests, {rate:.0} a second; \
                 at most {MOST_REQUESTS} and {MOST_PER_SECOND} a second can be flown"
            )
        })
    })
}

/// What is wrong with the PromQL or the regular expression of an expectation, if anything is.
fn wrong_text(check: &Check) -> Option<String> {
    let query =
        check.phrase.text("query").and_then(|text| Query::parse(&text).err().map(|error| error.to_string()));
    let pattern = check.phrase.text("pattern").and_then(|text| verdict::checks::pattern(&text).err());
    query.or(pattern).map(|problem| format!("{}:{}: {problem}", check.at.file, check.at.line))
}

/// What the checker is told of rules and routes.
fn surroundings(plan: &Plan, watch: &Watch) -> Surroundings {
    let ms = |ms: i64| Duration::from_millis(ms.max(0).unsigned_abs());
    let alerts = alert_facts(&watch.rules, DEFAULT_INTERVAL_MS).into_iter().map(|fact| {
        // Of alternatives, the one that needs least time.
        let needs = |burn: &BurnRate| burn.factor * burn.window_ms as f64 * burn.budget;
        let soonest = fact.burn_rates.into_iter().min_by(|a, b| needs(a).total_cmp(&needs(b)));
        AlertFacts {
            name: fact.name,
            for_: ms(fact.for_ms),
            interval: ms(fact.interval_ms),
            burn: soonest.map(|burn| BurnFacts {
                factor: burn.factor,
                window: ms(burn.window_ms),
                objective: 1.0 - burn.budget,
            }),
        }
    });
    let known: Vec<KnownSeries> = expected_series(plan).into_iter().map(known_series).collect();
    let selectors = unmatched(&watch.rules, &known).into_iter().map(|found| UnmatchedSelector {
        rule: found.rule,
        file: found.file,
        selector: found.selector,
        nearest: found.nearest,
    });
    Surroundings {
        alerts: alerts.collect(),
        receivers: watch
            .routes
            .iter()
            .flat_map(|config| Alertmanager::new(config.clone()).receivers())
            .collect(),
        selectors: selectors.collect(),
    }
}

fn known_series(expected: services::telemetry::expected::ExpectedSeries) -> KnownSeries {
    let values = |values: Vec<String>| if values.is_empty() { Values::Any } else { Values::OneOf(values) };
    let name = ("__name__".to_owned(), Values::OneOf(vec![expected.name]));
    let labels = expected.labels.into_iter().map(|(label, allowed)| (label, values(allowed)));
    KnownSeries { labels: [name].into_iter().chain(labels).collect() }
}
