//! What Prometheus says of a run, as the judges read it. Everything is asked after the run's end and by timestamps, so that
//! nothing depends on when we happened to look.
//!
//! - `inquiry`: the queries, each asked once; `schedule`: the moments that they are asked for
//! - `alerts`: every change of every alert
//! - `rules`: what became of each rule
//! - `questions`: the checks' own PromQL; `budgets`: how the objectives did

mod alerts;
mod budgets;
mod inquiry;
mod questions;
mod rules;
mod schedule;
#[cfg(test)]
mod tests;

use observatory::rules::{AlertTransition, RuleFile, RuleReport};
use scenario_lang::plan::Plan;
use verdict::flight::{Budget, Observation};

use super::prometheus::api::Api;
use crate::flight::Times;
use inquiry::Inquiry;

/// What a run was, and who has watched it.
pub(crate) struct Watched<'a> {
    /// The server.
    pub(crate) api: &'a Api,
    /// The plan that was run.
    pub(crate) plan: &'a Plan,
    /// When it was run, by the clock of the machine.
    pub(crate) times: Times,
    /// The rule files as the server reads them, each with the path that it knows it by. Where the path is another, as on
    /// a server of the user's, groups are recognised by their names.
    pub(crate) rules: &'a [(RuleFile, String)],
    /// How old the newest sample of a series may be, milliseconds.
    pub(crate) lookback_ms: i64,
}

/// The part of a [`verdict::flight::Flight`] that Prometheus can tell.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// Every change of every alert, in order of time.
    pub(crate) transitions: Vec<AlertTransition>,
    /// One for each rule, in the order of the files.
    pub(crate) rules: Vec<RuleReport>,
    /// What the checks' own PromQL gave, by the index of the check in the plan.
    pub(crate) observations: Vec<(usize, Vec<Observation>)>,
    /// How each objective did, in the order of the plan's.
    pub(crate) budgets: Vec<Budget>,
}

/// How long after the end its last samples may still be on their way into the store.
const SETTLE_NS: i64 = 1_000_000_000;

impl Watched<'_> {
    /// Asks for all of it; waits until the run has ended.
    ///
    /// # Errors
    /// The server cannot be reached, or does not speak as Prometheus does.
    pub(crate) async fn evidence(&self) -> Result<Evidence, String> {
        self.api.timer().sleep_until(self.times.end_ns.saturating_add(SETTLE_NS)).await;
        let inquiry = Inquiry::new(self.api, self.lookback_ms);
        let active = alerts::ask(&inquiry, self).await?;
        let groups = rules::groups(&inquiry, self, &active).await?;
        Ok(Evidence {
            transitions: alerts::transitions(&inquiry, self, &active, &groups).await?,
            rules: rules::reports(&inquiry, &active, &groups).await?,
            observations: questions::answers(&inquiry, self).await?,
            budgets: budgets::budgets(&inquiry, self).await?,
        })
    }

    fn start_ms(&self) -> i64 {
        self.times.start_ns.div_euclid(1_000_000)
    }

    fn end_ms(&self) -> i64 {
        self.times.end_ns.div_euclid(1_000_000)
    }
}
