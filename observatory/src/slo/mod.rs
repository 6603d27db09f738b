//! Service level objectives, and the Prometheus rules that watch their error budgets.
//!
//! - `objective`: what is promised
//! - `burn`: the four pairs of windows, and from which burn rate on they alert
//! - `generate`: the rule file

mod burn;
mod generate;
mod objective;

pub use burn::{BURN_ALERTS, BurnAlert};
pub use generate::rules_yaml;
pub use objective::Slo;
