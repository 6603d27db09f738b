//! Prometheus rule files, read strictly.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

use super::template::Template;
use crate::duration::Millis;
use crate::promql::Query;

/// A rule file.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// As the loader names it.
    pub name: String,
    /// Its groups, in order.
    pub groups: Vec<Group>,
}

/// Rules that are evaluated one after the other at the same time.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name, unique in the file.
    pub name: String,
    /// How often it is evaluated, milliseconds; `None` leaves that to the evaluator.
    pub interval_ms: Option<i64>,
    /// The greatest number of series of a recording rule, or of alerts of an alerting rule; 0 for no limit.
    pub limit: usize,
    /// How far before the evaluation's time the expressions look, milliseconds.
    pub query_offset_ms: i64,
    /// Its rules, in order.
    pub rules: Vec<Rule>,
}

/// A recording or an alerting rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The recorded metric's or the alert's name.
    pub name: String,
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// The expression as written.
    pub expr: String,
    /// The expression, parsed.
    pub query: Query,
    /// Labels that it adds, those of its group included; templates in the case of an alert.
    pub labels: BTreeMap<String, String>,
    /// What only an alert has.
    pub alerting: Option<Alerting>,
}

/// What an alerting rule has beyond its expression.
#[derive(Debug, Clone)]
pub struct Alerting {
    /// How long the expression must hold before the alert fires, milliseconds.
    pub for_ms: i64,
    /// How long it goes on firing after that, milliseconds.
    pub keep_firing_for_ms: i64,
    pub(super) labels: Vec<(String, Template)>,
    pub(super) annotations: Vec<(String, Template)>,
}

/// Why a rule file was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The rule file.
    pub file: String,
    /// The group, where the fault lies in one.
    pub group: Option<String>,
    /// The rule, where the fault lies in one.
    pub rule: Option<String>,
    /// The line, from 1, where it is known.
    pub line: Option<u64>,
    /// What is wrong.
    pub cause: String,
}

impl RuleError {
    pub(super) fn at(
        file: &str,
        line: Option<u64>,
        group: Option<&str>,
        rule: Option<&str>,
        cause: String,
    ) -> Self {
        Self {
            file: file.to_string(),
            group: group.map(str::to_string),
            rule: rule.map(str::to_string),
            line,
            cause,
        }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(group) = &self.group {
            write!(f, ": group {group:?}")?;
        }
        if let Some(rule) = &self.rule {
            write!(f, ", rule {rule:?}")?;
        }
        write!(f, ": {}", self.cause)
    }
}

impl std::error::Error for RuleError {}

/// A file as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileText {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) groups: Option<Vec<Spanned<GroupText>>>,
}

/// A group as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupText {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interval: Option<Millis>,
    #[serde(default)]
    limit: usize,
    #[serde(default)]
    pub(super) query_offset: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rules: Option<Vec<Spanned<RuleText>>>,
}

/// A rule as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleText {
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<String>,
    pub(super) expr: String,
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub(super) for_: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) keep_firing_for: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<BTreeMap<String, String>>,
}

impl FileText {
    pub(super) fn read(file_name: &str, text: &str) -> Result<Self, RuleError> {
        serde_saphyr::from_str(text).map_err(|fault| {
            let line = fault.location().map(|location| location.line());
            RuleError::at(file_name, line, None, None, crate::yaml::cause(&fault))
        })
    }
}

impl RuleText {
    /// The recorded metric's or the alert's name, if there is one.
    pub(super) fn name(&self) -> Option<&str> {
        self.record.as_deref().or(self.alert.as_deref())
    }
}

impl RuleFile {
    /// Reads a rule file as Prometheus does: unknown keys, expressions that do not parse and impossible combinations
    /// are errors.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, RuleError> {
        let error = |line, group: Option<&str>, rule: Option<&str>, cause| {
            RuleError::at(file_name, line, group, rule, cause)
        };
        let parsed = FileText::read(file_name, text)?;
        let mut names = BTreeSet::new();
        let mut groups = Vec::new();
        for Spanned { value: group, referenced, .. } in parsed.groups.unwrap_or_default() {
            let line = Some(referenced.line());
            if group.name.is_empty() {
                return Err(error(line, None, None, "a group needs a name".to_string()));
            }
            if !names.insert(group.name.clone()) {
                let cause = "the file has another group of this name".to_string();
                return Err(error(line, Some(&group.name), None, cause));
            }
            let mut rules = Vec::new();
            for Spanned { value: rule, referenced, .. } in group.rules.unwrap_or_default() {
                let line = referenced.line();
                let name = rule.name().map(str::to_string);
                let rule = Rule::read(rule, line, group.labels.as_ref());
                rules.push(
                    rule.map_err(|cause| error(Some(line), Some(&group.name), name.as_deref(), cause))?,
                );
            }
            groups.push(Group {
                name: group.name,
                interval_ms: group.interval.filter(|interval| interval.0 > 0).map(|interval| interval.0),
                limit: group.limit,
                query_offset_ms: group.query_offset.0,
                rules,
            });
        }
        Ok(Self { name: file_name.to_string(), groups })
    }
}

impl Rule {
    fn read(
        text: RuleText,
        line: u64,
        group_labels: Option<&BTreeMap<String, String>>,
    ) -> Result<Self, String> {
        let mut labels = group_labels.cloned().unwrap_or_default();
        labels.extend(text.labels.unwrap_or_default());
        let annotations = text.annotations.unwrap_or_default();
        if let Some(bad) = labels.keys().chain(annotations.keys()).find(|name| !is_label_name(name)) {
            return Err(format!("{bad:?} is not a valid name for a label or an annotation"));
        }
        let query = Query::parse(&text.expr).map_err(|error| format!("expr: {error}"))?;
        let (name, alerting) = match (text.record, text.alert) {
            (Some(_), Some(_)) => return Err("`record` and `alert` exclude each other".to_string()),
            (None, None) => return Err("a rule needs `record` or `alert`".to_string()),
            (Some(name), None) => {
                if text.for_.is_some() || text.keep_firing_for.is_some() || !annotations.is_empty() {
                    return Err("`for`, `keep_firing_for` and `annotations` belong to alerts".to_string());
                }
                if !is_metric_name(&name) {
                    return Err(format!("{name:?} is not a valid name for a metric"));
                }
                (name, None)
            }
            (None, Some(name)) => {
                let read = |texts: &BTreeMap<String, String>, what: &str| {
                    let template = |(name, text): (&String, &String)| match Template::parse(text) {
                        Ok(template) => Ok((name.clone(), template)),
                        Err(cause) => Err(format!("template of {what} {name}: {cause}")),
                    };
                    texts.iter().map(template).collect::<Result<Vec<_>, _>>()
                };
                let alerting = Alerting {
                    for_ms: text.for_.unwrap_or_default().0,
                    keep_firing_for_ms: text.keep_firing_for.unwrap_or_default().0,
                    labels: read(&labels, "label")?,
                    annotations: read(&annotations, "annotation")?,
                };
                (name, Some(alerting))
            }
        };
        if name.is_empty() {
            return Err("a rule needs a name".to_string());
        }
        Ok(Self { name, line, expr: text.expr, query, labels, alerting })
    }
}

fn is_label_name(name: &str) -> bool {
    name != crate::series::NAME && is_metric_name(name) && !name.contains(':')
}

fn is_metric_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    name.chars().all(fits) && name.starts_with(|c: char| !c.is_ascii_digit())
}
