//! The route tree: which receivers an alert goes to, and in what rhythm.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::config::{ConfigError, read_matchers};
use crate::duration::Millis;
use crate::series::{Labels, Matcher};

/// One node of the tree, with everything it inherits filled in.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) receiver: String,
    pub(super) group_by: GroupBy,
    pub(super) group_wait_ms: i64,
    pub(super) group_interval_ms: i64,
    pub(super) repeat_interval_ms: i64,
    matchers: Vec<Matcher>,
    goes_on: bool,
    /// Indices of the children in the flat list.
    children: Vec<usize>,
}

/// What alerts are grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GroupBy {
    /// `['...']`: every label, so that each alert is its own group.
    All,
    /// These labels; none means one group for all.
    Labels(BTreeSet<String>),
}

/// What holds at the root where nothing is said: Alertmanager's defaults.
pub(super) const DEFAULT_GROUP_WAIT: Millis = Millis(30_000);
pub(super) const DEFAULT_GROUP_INTERVAL: Millis = Millis(300_000);
pub(super) const DEFAULT_REPEAT_INTERVAL: Millis = Millis(4 * 3_600_000);

/// A route as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteText {
    receiver: Option<String>,
    group_by: Option<Vec<String>>,
    group_wait: Option<Millis>,
    group_interval: Option<Millis>,
    repeat_interval: Option<Millis>,
    #[serde(default, rename = "match")]
    match_equal: BTreeMap<String, String>,
    #[serde(default)]
    match_re: BTreeMap<String, String>,
    #[serde(default)]
    matchers: Vec<String>,
    #[serde(default, rename = "continue")]
    goes_on: bool,
    #[serde(default)]
    routes: Vec<RouteText>,
    #[serde(default)]
    mute_time_intervals: Vec<String>,
    #[serde(default)]
    active_time_intervals: Vec<String>,
}

impl Route {
    /// The tree as a list, each node before its children, checked against the receivers that exist.
    pub(super) fn flatten(root: RouteText, receivers: &BTreeSet<&str>) -> Result<Vec<Self>, ConfigError> {
        if !root.match_equal.is_empty() || !root.match_re.is_empty() || !root.matchers.is_empty() {
            return Err("route: the root takes every alert and must have no matchers".to_string().into());
        }
        if root.goes_on {
            return Err("route: the root must not have `continue`".to_string().into());
        }
        let Some(receiver) = root.receiver.clone() else {
            return Err("route: the root needs a `receiver`".to_string().into());
        };
        let defaults = Self {
            receiver,
            group_by: GroupBy::Labels(BTreeSet::new()),
            group_wait_ms: DEFAULT_GROUP_WAIT.0,
            group_interval_ms: DEFAULT_GROUP_INTERVAL.0,
            repeat_interval_ms: DEFAULT_REPEAT_INTERVAL.0,
            matchers: Vec::new(),
            goes_on: false,
            children: Vec::new(),
        };
        let mut all = Vec::new();
        Self::add(root, &defaults, "route", receivers, &mut all)?;
        Ok(all)
    }

    fn add(
        text: RouteText,
        parent: &Self,
        place: &str,
        receivers: &BTreeSet<&str>,
        all: &mut Vec<Self>,
    ) -> Result<usize, ConfigError> {
        if !text.mute_time_intervals.is_empty() || !text.active_time_intervals.is_empty() {
            return Err(
                format!("{place}: time intervals are not simulated; remove them from the route").into()
            );
        }
        let receiver = text.receiver.unwrap_or_else(|| parent.receiver.clone());
        if !receivers.contains(&*receiver) {
            let known = receivers.iter().copied().collect::<Vec<_>>().join(", ");
            return Err(format!("{place}: receiver `{receiver}` is not defined; defined are: {known}").into());
        }
        let above_zero = |name: &str, given: Option<Millis>, inherited: i64| match given {
            Some(Millis(0)) => Err(format!("{place}: {name} must be above zero")),
            Some(Millis(given)) => Ok(given),
            None => Ok(inherited),
        };
        let index = all.len();
        all.push(Self {
            receiver,
            group_by: match text.group_by {
                Some(labels) => GroupBy::read(labels).map_err(|cause| format!("{place}: {cause}"))?,
                None => parent.group_by.clone(),
            },
            group_wait_ms: text.group_wait.map_or(parent.group_wait_ms, |wait| wait.0),
            group_interval_ms: above_zero("group_interval", text.group_interval, parent.group_interval_ms)?,
            repeat_interval_ms: above_zero(
                "repeat_interval",
                text.repeat_interval,
                parent.repeat_interval_ms,
            )?,
            matchers: read_matchers(&text.match_equal, &text.match_re, &text.matchers)
                .map_err(|cause| format!("{place}: {cause}"))?,
            goes_on: text.goes_on,
            children: Vec::new(),
        });
        let itself = all[index].clone();
        for (number, child) in text.routes.into_iter().enumerate() {
            let child = Self::add(child, &itself, &format!("{place}.routes[{number}]"), receivers, all)?;
            all[index].children.push(child);
        }
        Ok(index)
    }

    /// The nodes of the tree that take an alert with these labels, in order: the deepest on each way down, and
    /// the next sibling only after `continue`.
    pub(super) fn find(all: &[Self], labels: &Labels) -> Vec<usize> {
        let mut found = Vec::new();
        Self::descend(all, 0, labels, &mut found);
        found
    }

    fn descend(all: &[Self], index: usize, labels: &Labels, found: &mut Vec<usize>) -> bool {
        let route = &all[index];
        if !route.matchers.iter().all(|matcher| matcher.matches_labels(labels)) {
            return false;
        }
        let before = found.len();
        for &child in &route.children {
            if Self::descend(all, child, labels, found) && !all[child].goes_on {
                break;
            }
        }
        if found.len() == before {
            found.push(index);
        }
        true
    }

    /// The labels of the group that an alert belongs to here.
    pub(super) fn group_of(&self, labels: &Labels) -> Labels {
        match &self.group_by {
            GroupBy::All => labels.clone(),
            GroupBy::Labels(names) => labels.filtered(|name| names.contains(name)),
        }
    }
}

impl GroupBy {
    fn read(labels: Vec<String>) -> Result<Self, String> {
        if labels.iter().any(|label| label == "...") {
            return match labels.len() {
                1 => Ok(Self::All),
                _ => Err("group_by: `...` stands for all labels and must stand alone".to_string()),
            };
        }
        let names: BTreeSet<String> = labels.iter().cloned().collect();
        if names.len() < labels.len() {
            return Err("group_by: a label is named twice".to_string());
        }
        Ok(Self::Labels(names))
    }
}
