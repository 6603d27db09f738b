//! One rule and all that it remembers from one evaluation to the next.

use std::collections::BTreeMap;

use super::active::{ActiveAlerts, Found, Holding};
use super::alert::{AlertState, RuleReport};
use super::condition::Condition;
use super::elements::{Elements, elements};
use super::evaluator::{Evaluation, EvaluatorOptions};
use super::file::{Alerting, Rule};
use super::matched::Watched;
use super::reach::Nearest;
use super::stretch::{self, Stretch};
use super::template::{Data, Template};
use crate::series::{Labels, NAME, STALE_NAN, SeriesId, Store};

/// The label of an alert's name.
const ALERT_NAME: &str = "alertname";

/// One evaluation of a group.
pub(super) struct Moment<'a> {
    pub(super) time_ms: i64,
    /// The time that expressions are evaluated for and samples bear: earlier by `query_offset`.
    pub(super) query_ms: i64,
    pub(super) interval_ms: i64,
    pub(super) limit: usize,
    pub(super) options: &'a EvaluatorOptions,
}

/// A rule under evaluation.
#[derive(Debug)]
pub(super) struct Running {
    rule: Rule,
    selectors: Watched,
    /// What its last successful evaluation wrote.
    written: BTreeMap<Labels, SeriesId>,
    alerts: ActiveAlerts,
    condition: Option<Condition>,
    nearest: Nearest,
    evaluations: u64,
    failures: u64,
    last_error: Option<String>,
    matched: u64,
    stretches: Vec<Stretch>,
}

impl Running {
    pub(super) fn new(rule: Rule) -> Self {
        let condition = rule.alerting.as_ref().and_then(|_| Condition::of(&rule.expr));
        Self {
            selectors: Watched::new(&rule.query),
            rule,
            written: BTreeMap::new(),
            alerts: ActiveAlerts::default(),
            condition,
            nearest: Nearest::default(),
            evaluations: 0,
            failures: 0,
            last_error: None,
            matched: 0,
            stretches: Vec::new(),
        }
    }

    /// Evaluates it; an error is noted and changes nothing else.
    pub(super) fn evaluate(&mut self, moment: &Moment<'_>, store: &mut Store, evaluation: &mut Evaluation) {
        self.evaluations += 1;
        let matched_before = self.matched;
        let outcome = self.try_evaluate(moment, store, evaluation);
        stretch::note(&mut self.stretches, moment.time_ms, self.matched > matched_before, outcome.is_err());
        if let Err(cause) = outcome {
            self.failures += 1;
            self.last_error = Some(cause);
        }
    }

    fn try_evaluate(
        &mut self,
        moment: &Moment<'_>,
        store: &mut Store,
        evaluation: &mut Evaluation,
    ) -> Result<(), String> {
        let promql = &moment.options.promql;
        let result =
            self.rule.query.instant(store, promql, moment.query_ms).map_err(|error| error.to_string())?;
        self.matched += u64::from(self.selectors.all_match(store, moment.query_ms));
        let result = elements(result)?;
        let samples = match self.rule.alerting.take() {
            None => self.recorded(result, moment.limit),
            Some(alerting) => {
                let samples = self.alerted(&alerting, result, moment, evaluation);
                self.rule.alerting = Some(alerting);
                let idle = self.alerts.is_idle();
                if let Some(condition) = self.condition.as_ref().filter(|_| idle) {
                    self.nearest.look(condition, store, promql, moment.query_ms);
                }
                samples
            }
        }?;
        self.write(samples, moment.query_ms, store)
    }

    /// The samples of a recording rule.
    fn recorded(&self, result: Elements, limit: usize) -> Result<BTreeMap<Labels, f64>, String> {
        let count = result.len();
        if limit > 0 && count > limit {
            return Err(format!("exceeded limit of {limit} with {count} series"));
        }
        let named = |labels: Labels| -> Labels {
            let own = self.rule.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            labels.iter().chain([(NAME, self.rule.name.as_str())]).chain(own).collect()
        };
        let samples: BTreeMap<Labels, f64> =
            result.into_iter().map(|(labels, value)| (named(labels), value)).collect();
        if samples.len() < count {
            return Err("two series of the result have the same labels after those of the rule".to_string());
        }
        Ok(samples)
    }

    /// Brings the alerts up to date; the samples are those of `ALERTS` and `ALERTS_FOR_STATE`.
    fn alerted(
        &mut self,
        alerting: &Alerting,
        result: Elements,
        moment: &Moment<'_>,
        evaluation: &mut Evaluation,
    ) -> Result<BTreeMap<Labels, f64>, String> {
        let count = result.len();
        let external_labels = &moment.options.external_labels;
        let mut found = BTreeMap::new();
        for (element, value) in result {
            let data = Data { labels: &element, external_labels, value };
            let added = self.expand(&alerting.labels, &data);
            let labels: Labels = element
                .iter()
                .filter(|(name, _)| *name != NAME)
                .chain(added.iter().map(|(name, value)| (name.as_str(), value.as_str())))
                .chain([(ALERT_NAME, self.rule.name.as_str())])
                .collect();
            found.insert(labels, Found { annotations: self.expand(&alerting.annotations, &data), value });
        }
        if found.len() < count {
            return Err("two alerts have the same labels after those of the rule".to_string());
        }
        let holding = Holding { for_ms: alerting.for_ms, keep_firing_for_ms: alerting.keep_firing_for_ms };
        let changes = self.alerts.update(&self.rule.name, moment.time_ms, found, holding);
        let count = self.alerts.count();
        if moment.limit > 0 && count > moment.limit {
            let alerts = std::mem::take(&mut self.alerts);
            evaluation.transitions.extend(alerts.drop_all(&self.rule.name, moment.time_ms, changes));
            return Err(format!("exceeded limit of {} with {count} alerts", moment.limit));
        }
        evaluation.transitions.extend(changes);
        evaluation.alerts.extend(self.alerts.take_due(moment.time_ms, moment.interval_ms, external_labels));
        let mut samples = BTreeMap::new();
        for (labels, state, since_ms) in self.alerts.states() {
            let state = if state == AlertState::Firing { "firing" } else { "pending" };
            samples.insert(labels.with(NAME, "ALERTS").with("alertstate", state), 1.0);
            let since_s = since_ms.div_euclid(1000) as f64;
            samples.insert(labels.with(NAME, "ALERTS_FOR_STATE"), since_s);
        }
        Ok(samples)
    }

    fn expand(&self, templates: &[(String, Template)], data: &Data<'_>) -> Vec<(String, String)> {
        let filled = templates.iter().map(|(name, template)| {
            let text = template.expand(data).unwrap_or_else(|cause| {
                let name = &self.rule.name;
                format!("<error expanding template: error executing template __alert_{name}: {cause}>")
            });
            (name.clone(), text)
        });
        filled.collect()
    }

    /// Appends the samples, and a staleness marker to each series that the last evaluation wrote and this does not.
    fn write(
        &mut self,
        samples: BTreeMap<Labels, f64>,
        time_ms: i64,
        store: &mut Store,
    ) -> Result<(), String> {
        let mut before = std::mem::take(&mut self.written);
        let mut pending = Vec::with_capacity(samples.len() + before.len());
        for (labels, value) in samples {
            let id = before.remove(&labels).unwrap_or_else(|| store.resolve(&labels));
            pending.push((id, value));
            self.written.insert(labels, id);
        }
        pending.extend(before.into_values().map(|id| (id, STALE_NAN)));
        let mut outcome = Ok(());
        for (id, value) in pending {
            if let Err(error) = store.append(id, time_ms, value) {
                outcome = Err(format!("{}: {error}", store.labels(id)));
            }
        }
        outcome
    }

    pub(super) fn report(&self, file: &str, group: &str, interval_ms: i64) -> RuleReport {
        RuleReport {
            file: file.to_string(),
            group: group.to_string(),
            name: self.rule.name.clone(),
            alerting: self.rule.alerting.is_some(),
            interval_ms,
            evaluations: self.evaluations,
            failures: self.failures,
            last_error: self.last_error.clone(),
            matched: self.matched,
            reach: self.nearest.reach().cloned(),
            for_ms: self.rule.alerting.as_ref().map_or(0, |alerting| alerting.for_ms),
            stretches: self.stretches.clone(),
        }
    }
}
