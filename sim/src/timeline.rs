//! Plan, rules and routes on the timeline of a run: as written, or shorter by a factor (`--time-scale`).

use std::path::Path;

use observatory::alertmanager::{self, Config};
use observatory::promql::{self, Options, Semantics};
use observatory::rules::{self, RuleFile};
use scenario_lang::plan::{Check, Plan};
use scenario_lang::quantity::Value;

use crate::cli::PromqlVersion;
use crate::flight::watch::DEFAULT_INTERVAL_MS;

/// A timeline that is shorter by this factor; by 1, everything stays as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeline(pub(crate) f64);

impl Timeline {
    fn is_as_written(self) -> bool {
        self.0 == 1.0
    }

    /// The plan, and what of it cannot be scaled. What the expectations ask in PromQL is scaled, too.
    pub(crate) fn plan(self, plan: Plan, file: &Path) -> (Plan, Vec<String>) {
        if self.is_as_written() {
            return (plan, Vec::new());
        }
        let mut problems = Vec::new();
        let mut plan = plan.scaled(self.0).unwrap_or_else(|error| {
            problems.push(format!("{}: {error}", file.display()));
            plan
        });
        for check in &mut plan.checks {
            if let Err(error) = self.question(check) {
                problems.push(format!("{}:{}: {error}", check.at.file, check.at.line));
            }
        }
        (plan, problems)
    }

    fn question(self, check: &mut Check) -> Result<(), promql::QueryError> {
        for (slot, value) in &mut check.phrase.values {
            if let ("query", Value::Text(text)) = (slot.as_str(), value) {
                *text = promql::scaled(text, self.0)?;
            }
        }
        Ok(())
    }

    /// How PromQL is evaluated: the lookback is a part of the timeline.
    pub(crate) fn options(self, version: PromqlVersion) -> Options {
        let semantics = match version {
            PromqlVersion::V2 => Semantics::V2,
            PromqlVersion::V3 => Semantics::V3,
        };
        let default = Options::default();
        let lookback_ms = ((default.lookback_ms as f64 / self.0).round() as i64).max(1);
        Options { semantics, lookback_ms, ..default }
    }

    /// A rule file: its text on this timeline, and what it says. It is read as written first, whose lines its errors name.
    pub(crate) fn rules(self, name: &str, text: String) -> Result<(String, RuleFile), String> {
        let read = |text: &str| RuleFile::parse(name, text).map_err(|error| error.to_string());
        let rules = read(&text)?;
        if self.is_as_written() {
            return Ok((text, rules));
        }
        let text =
            rules::scaled(name, &text, self.0, DEFAULT_INTERVAL_MS).map_err(|error| error.to_string())?;
        let rules = read(&text)?;
        Ok((text, rules))
    }

    /// The routes, likewise.
    pub(crate) fn routes(self, name: &str, text: String) -> Result<(String, Config), String> {
        let told = |error: alertmanager::ConfigError| format!("{name}: {error}");
        let text = match self.is_as_written() {
            true => text,
            false => alertmanager::scaled(&text, self.0).map_err(told)?,
        };
        let config = Config::parse(&text).map_err(told)?;
        Ok((text, config))
    }
}
