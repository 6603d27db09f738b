//! Evaluates groups of rules when they are due.

use super::alert::{Alert, AlertTransition, RuleReport};
use super::file::{Group, RuleFile};
use super::running::{Moment, Running};
use crate::promql::Options;
use crate::series::{Labels, Store};

/// How rules are evaluated.
#[derive(Debug, Clone)]
pub struct EvaluatorOptions {
    /// The interval of groups that name none, milliseconds; Prometheus' default is one minute.
    pub default_interval_ms: i64,
    /// How expressions are evaluated.
    pub promql: Options,
    /// Added to alerts that are sent, where they have no such label; templates can name them.
    pub external_labels: Labels,
    /// Evaluations happen at this moment (milliseconds since the Unix epoch) and at whole intervals after it.
    pub start_ms: i64,
}

/// What one call of [`Evaluator::evaluate`] brought.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evaluation {
    /// Alerts that changed their state.
    pub transitions: Vec<AlertTransition>,
    /// Alerts to be sent to an Alertmanager now, firing and resolved.
    pub alerts: Vec<Alert>,
}

/// Rules and all that they remember.
///
/// Prometheus spreads groups over their interval by a hash of their names, so that they do not all load it at once.
/// Here all groups begin together, so that runs can be compared and foreseen.
#[derive(Debug)]
pub struct Evaluator {
    groups: Vec<RunningGroup>,
    options: EvaluatorOptions,
}

#[derive(Debug)]
struct RunningGroup {
    file: String,
    name: String,
    interval_ms: i64,
    query_offset_ms: i64,
    limit: usize,
    next_ms: i64,
    rules: Vec<Running>,
}

impl Evaluator {
    /// Takes the rules over; the first evaluation is due at [`EvaluatorOptions::start_ms`].
    pub fn new(files: Vec<RuleFile>, options: EvaluatorOptions) -> Self {
        let mut groups = Vec::new();
        for RuleFile { name: file, groups: own } in files {
            groups.extend(own.into_iter().map(|group| RunningGroup::new(file.clone(), group, &options)));
        }
        Self { groups, options }
    }

    /// When the next group is due; `None` if there are no groups.
    pub fn next_due(&self) -> Option<i64> {
        self.groups.iter().map(|group| group.next_ms).min()
    }

    /// Evaluates every group that is due at `now_ms`, in the order of the files, at the last moment of its schedule.
    /// Evaluations that were missed since are not made up for, as in Prometheus.
    pub fn evaluate(&mut self, now_ms: i64, store: &mut Store) -> Evaluation {
        let mut evaluation = Evaluation::default();
        for group in self.groups.iter_mut().filter(|group| group.next_ms <= now_ms) {
            let time_ms = now_ms - (now_ms - group.next_ms) % group.interval_ms;
            group.next_ms = time_ms + group.interval_ms;
            let moment = Moment {
                time_ms,
                query_ms: time_ms - group.query_offset_ms,
                interval_ms: group.interval_ms,
                limit: group.limit,
                options: &self.options,
            };
            for rule in &mut group.rules {
                rule.evaluate(&moment, store, &mut evaluation);
            }
        }
        evaluation
    }

    /// What became of each rule so far, in the order of the files.
    pub fn reports(&self) -> Vec<RuleReport> {
        let all = self.groups.iter().flat_map(|group| group.rules.iter().map(move |rule| (group, rule)));
        all.map(|(group, rule)| rule.report(&group.file, &group.name, group.interval_ms)).collect()
    }
}

impl RunningGroup {
    fn new(file: String, group: Group, options: &EvaluatorOptions) -> Self {
        Self {
            file,
            name: group.name,
            interval_ms: group.interval_ms.unwrap_or(options.default_interval_ms).max(1),
            query_offset_ms: group.query_offset_ms,
            limit: group.limit,
            next_ms: options.start_ms,
            rules: group.rules.into_iter().map(Running::new).collect(),
        }
    }
}
