//! Recording and alerting rules, from Prometheus rule files to alerts.
//!
//! - `file`: rule files, read strictly; `template`: the texts of labels and annotations
//! - `evaluator`, `running`: groups when they are due, and one rule over time; `elements`: results as labelled values
//! - `active`: the states of a rule's alerts; `alert`: what is said about them
//! - `matched`: whether a rule's selectors find anything; `condition`, `reach`: what an alert compares, and how near
//!   it came
//! - `stretch`: which evaluations matched and which failed
//! - `scale`: the same rules on a shorter timeline
//! - `facts`, `burn`, `coverage`: what rules say before a run

mod active;
mod alert;
mod burn;
mod condition;
mod coverage;
mod elements;
mod evaluator;
mod facts;
mod file;
mod matched;
mod reach;
mod running;
mod scale;
mod stretch;
mod template;

pub use alert::{Alert, AlertState, AlertTransition, Reach, RuleReport};
pub use burn::{BurnRate, burn_rates};
pub use coverage::{KnownSeries, Unmatched, Values, unmatched};
pub use evaluator::{Evaluation, Evaluator, EvaluatorOptions};
pub use facts::{AlertFacts, alert_facts};
pub use file::{Alerting, Group, Rule, RuleError, RuleFile};
pub use scale::scaled;
pub use stretch::Stretch;
