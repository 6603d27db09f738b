//! The running Alertmanager: takes alerts in, and says when which notification goes out.

use std::collections::{BTreeMap, BTreeSet};

use super::config::Config;
use super::group::Group;
use super::known::Known;
use super::log::{Entry, Reason};
use super::notification::{Fate, Notification, NotifiedAlert, Status};
use super::route::Route;
use crate::rules::Alert;
use crate::series::Labels;

/// A group's name: the route's index and the labels it is grouped by.
type GroupKey = (usize, Labels);

/// An Alertmanager in virtual time. Every delivery succeeds at once.
#[derive(Debug)]
pub struct Alertmanager {
    config: Config,
    alerts: BTreeMap<Labels, Known>,
    groups: BTreeMap<GroupKey, Group>,
    /// By group and index of the receiver's integration. Outlives the group, as the real one does.
    log: BTreeMap<(GroupKey, usize), Entry>,
    fates: BTreeMap<Labels, Fate>,
}

impl Alertmanager {
    /// One that knows of no alerts yet.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            alerts: BTreeMap::new(),
            groups: BTreeMap::new(),
            log: BTreeMap::new(),
            fates: BTreeMap::new(),
        }
    }

    /// Takes in what arrives at `now_ms` (milliseconds since the Unix epoch). Call [`Self::advance`] afterwards: an
    /// alert that has fired for long already may be notified at once.
    ///
    /// A resolved alert that no group holds is ignored.
    pub fn receive(&mut self, now_ms: i64, alerts: &[Alert]) {
        self.groups.retain(|_, group| !group.is_over(now_ms));
        for alert in alerts {
            let mut known = Known::new(alert, now_ms, self.config.resolve_timeout_ms);
            match self.alerts.get(&alert.labels) {
                Some(old) => known = known.merged_with(old, now_ms),
                None if known.is_resolved(now_ms) => continue,
                None => {}
            }
            self.dispatch(&alert.labels, &known, now_ms);
            self.alerts.insert(alert.labels.clone(), known);
        }
    }

    fn dispatch(&mut self, labels: &Labels, known: &Known, now_ms: i64) {
        let routes = Route::find(&self.config.routes, labels);
        if !self.fates.contains_key(labels) {
            let fate = Fate {
                labels: labels.clone(),
                receivers: self.receivers_of(&routes),
                inhibited_by: None,
                first_seen_ms: now_ms,
                first_notified_ms: None,
            };
            self.fates.insert(labels.clone(), fate);
        }
        for index in routes {
            let route = &self.config.routes[index];
            let key = (index, route.group_of(labels));
            if known.is_resolved(now_ms) && !self.groups.get(&key).is_some_and(|group| group.holds(labels)) {
                continue;
            }
            let group = self.groups.entry(key).or_insert_with(|| Group::new(route, now_ms));
            group.insert(labels.clone(), known.starts_at_ms, route, now_ms);
        }
    }

    /// When [`Self::advance`] has something to do next; `None` while no alert is held.
    pub fn next_due(&self) -> Option<i64> {
        self.groups.values().filter_map(Group::next_due).min()
    }

    /// Flushes every group that is due up to and including `now_ms`; returns what is delivered, in order of time,
    /// then of routes, then of the groups' labels.
    pub fn advance(&mut self, now_ms: i64) -> Vec<Notification> {
        let mut delivered = Vec::new();
        while let Some((due_ms, key)) = self.first_due(now_ms) {
            self.flush(&key, due_ms, &mut delivered);
        }
        delivered
    }

    fn first_due(&self, now_ms: i64) -> Option<(i64, GroupKey)> {
        let due = self.groups.iter().filter_map(|(key, group)| Some((group.next_due()?, key)));
        due.filter(|(due_ms, _)| *due_ms <= now_ms).min().map(|(due_ms, key)| (due_ms, key.clone()))
    }

    fn flush(&mut self, key: &GroupKey, now_ms: i64, delivered: &mut Vec<Notification>) {
        let held: Vec<NotifiedAlert> = self.groups[key]
            .alerts()
            .filter_map(|labels| self.alerts.get(labels).map(|known| known.notified(labels, now_ms)))
            .collect();
        let resolved: BTreeSet<Labels> = held
            .iter()
            .filter(|alert| alert.status == Status::Resolved)
            .map(|alert| alert.labels.clone())
            .collect();
        let mut alerts: Vec<NotifiedAlert> =
            held.into_iter().filter(|alert| !self.is_inhibited(&alert.labels, now_ms)).collect();
        alerts.sort_by_key(|alert| alert.status == Status::Resolved);
        if !alerts.is_empty() {
            self.notify(key, &alerts, now_ms, delivered);
        }
        if let Some(group) = self.groups.get_mut(key) {
            group.flushed(&resolved, &self.config.routes[key.0], now_ms);
        }
        self.alerts.retain(|labels, _| {
            !resolved.contains(labels) || self.groups.values().any(|group| group.holds(labels))
        });
    }

    /// Whether some firing alert keeps this one quiet; notes the first that does.
    fn is_inhibited(&mut self, labels: &Labels, now_ms: i64) -> bool {
        let inhibitor = self.config.inhibit_rules.iter().find_map(|rule| {
            let firing = self.alerts.iter().filter(|(_, known)| !known.is_resolved(now_ms));
            rule.inhibitor(labels, firing.map(|(labels, _)| labels))
        });
        if let (Some(inhibitor), Some(fate)) = (inhibitor, self.fates.get_mut(labels)) {
            fate.inhibited_by.get_or_insert_with(|| (inhibitor.clone(), now_ms));
        }
        inhibitor.is_some()
    }

    /// Tells each integration of the group's receiver what is news to it; equal deliveries become one notification.
    fn notify(
        &mut self,
        key: &GroupKey,
        alerts: &[NotifiedAlert],
        now_ms: i64,
        delivered: &mut Vec<Notification>,
    ) {
        let route = &self.config.routes[key.0];
        let firing = alerts.iter().filter(|alert| alert.status == Status::Firing).count();
        let first = delivered.len();
        for (index, integration) in self.config.receivers[&route.receiver].integrations.iter().enumerate() {
            let entry = Entry::new(alerts, now_ms);
            let log_key = (key.clone(), index);
            let last = self.log.get(&log_key);
            let Some(reason) = entry.is_due(last, integration.send_resolved, route.repeat_interval_ms) else {
                continue;
            };
            self.log.insert(log_key, entry);
            let told = if integration.send_resolved { alerts } else { &alerts[..firing] };
            if told.is_empty() {
                continue;
            }
            let repeat = reason == Reason::Repeat;
            let same = delivered[first..].iter_mut().find(|own| own.repeat == repeat && own.alerts == told);
            if let Some(same) = same {
                same.integrations.push(integration.kind.clone());
                continue;
            }
            delivered.push(Notification {
                time_ms: now_ms,
                receiver: route.receiver.clone(),
                integrations: vec![integration.kind.clone()],
                group: key.1.clone(),
                status: if firing > 0 { Status::Firing } else { Status::Resolved },
                repeat,
                alerts: told.to_vec(),
            });
        }
        for alert in delivered[first..].iter().flat_map(|notification| &notification.alerts) {
            if let Some(fate) = self.fates.get_mut(&alert.labels) {
                fate.first_notified_ms.get_or_insert(now_ms);
            }
        }
    }

    /// What became of every alert that ever arrived, in order of their labels.
    pub fn fates(&self) -> Vec<Fate> {
        self.fates.values().cloned().collect()
    }

    /// The names of all receivers, sorted.
    pub fn receivers(&self) -> Vec<String> {
        self.config.receivers().map(|receiver| receiver.name.clone()).collect()
    }

    /// The receivers that an alert with these labels goes to, in the order of the tree, each once.
    pub fn routes_for(&self, labels: &Labels) -> Vec<String> {
        self.receivers_of(&Route::find(&self.config.routes, labels))
    }

    fn receivers_of(&self, routes: &[usize]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for &index in routes {
            let name = &self.config.routes[index].receiver;
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}
