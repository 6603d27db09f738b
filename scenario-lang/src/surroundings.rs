//! What the checker is told of the rule files, routes and metrics that a scenario refers to.
//!
//! The language knows nothing of PromQL or YAML; who loads those files says here what matters of them.

use std::time::Duration;

/// The facts that a check is made against.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The alerts of the rule files.
    pub alerts: Vec<AlertFacts>,
    /// The receivers of the routes.
    pub receivers: Vec<String>,
    /// Problems found in the rule files themselves: a selector that no series can match, and the like.
    pub selectors: Vec<UnmatchedSelector>,
}

/// What is known of an alert before the run.
#[derive(Debug, Clone)]
pub struct AlertFacts {
    /// Its name.
    pub name: String,
    /// The `for` of the rule.
    pub for_: Duration,
    /// How often its group is evaluated.
    pub interval: Duration,
    /// For a burn-rate rule, what decides when it can fire.
    pub burn: Option<BurnFacts>,
}

/// The terms of `f · W / B`, the time that a burn-rate alert needs.
#[derive(Debug, Clone, Copy)]
pub struct BurnFacts {
    /// The burn-rate factor f, such as 14.4.
    pub factor: f64,
    /// The long window W.
    pub window: Duration,
    /// The objective, such as 0.999.
    pub objective: f64,
}

/// A selector of a rule that no series of the described system can match.
#[derive(Debug, Clone)]
pub struct UnmatchedSelector {
    /// The rule it stands in.
    pub rule: String,
    /// The rule file.
    pub file: String,
    /// The selector.
    pub selector: String,
    /// The nearest series that there will be.
    pub nearest: Option<String>,
}
