//! Stub.
use super::prometheus::api::Api;
use crate::flight::Times;
use observatory::rules::{AlertTransition, RuleFile, RuleReport};
use scenario_lang::plan::Plan;
use verdict::flight::{Budget, Observation};
pub(crate) struct Watched<'a> {
    pub(crate) api: &'a Api,
    pub(crate) plan: &'a Plan,
    pub(crate) times: Times,
    pub(crate) rules: &'a [(RuleFile, String)],
    pub(crate) lookback_ms: i64,
}
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) transitions: Vec<AlertTransition>,
    pub(crate) rules: Vec<RuleReport>,
    pub(crate) observations: Vec<(usize, Vec<Observation>)>,
    pub(crate) budgets: Vec<Budget>,
}
impl Watched<'_> {
    pub(crate) async fn evidence(&self) -> Result<Evidence, String> {
        Ok(Evidence::default())
    }
}
