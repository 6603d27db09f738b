//! The alerts of one alerting rule and their states.

use std::collections::BTreeMap;

use super::alert::{Alert, AlertState, AlertTransition};
use crate::series::Labels;

/// How long a resolved alert is remembered and sent again, in case the Alertmanager missed it.
const RESOLVED_RETENTION_MS: i64 = 15 * 60_000;

/// How long an alert is not sent again while nothing changes.
const RESEND_DELAY_MS: i64 = 60_000;

/// What an evaluation found for one label set.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) annotations: Vec<(String, String)>,
    pub(super) value: f64,
}

/// The durations that decide over an alert's states, milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holding {
    pub(super) for_ms: i64,
    pub(super) keep_firing_for_ms: i64,
}

/// One alert: a rule and a label set.
#[derive(Debug)]
struct Active {
    annotations: Vec<(String, String)>,
    value: f64,
    state: AlertState,
    /// When the expression first held.
    since_ms: i64,
    fired_ms: i64,
    resolved_ms: Option<i64>,
    /// Since when only `keep_firing_for` keeps it firing.
    kept_since_ms: Option<i64>,
    last_sent_ms: Option<i64>,
}

/// All alerts of one rule, by their labels.
#[derive(Debug, Default)]
pub(super) struct ActiveAlerts(BTreeMap<Labels, Active>);

impl ActiveAlerts {
    /// Takes in the result of an evaluation; returns what changed, in order of labels.
    pub(super) fn update(
        &mut self,
        name: &str,
        now_ms: i64,
        mut found: BTreeMap<Labels, Found>,
        holding: Holding,
    ) -> Vec<AlertTransition> {
        let mut transitions = Vec::new();
        let mut change = |labels: &Labels, from, to, value| {
            let (alert, labels) = (name.to_string(), labels.clone());
            transitions.push(AlertTransition { time_ms: now_ms, alert, labels, from, to, value });
        };
        self.0.retain(|labels, active| {
            let before = active.state;
            let keep = active.step(now_ms, found.remove(labels), holding);
            if active.state != before {
                change(labels, before, active.state, active.value);
            }
            keep
        });
        for (labels, found) in found {
            let state = if holding.for_ms > 0 { AlertState::Pending } else { AlertState::Firing };
            change(&labels, AlertState::Inactive, state, found.value);
            self.0.insert(labels, Active::new(now_ms, found, state));
        }
        transitions.sort_by(|a, b| a.labels.cmp(&b.labels));
        transitions
    }

    /// Forgets all alerts, as Prometheus does where there are more than the limit. `changes` are those of the evaluation
    /// that found so; what was active before it is not any more, and nothing else has happened.
    pub(super) fn drop_all(
        self,
        name: &str,
        now_ms: i64,
        changes: Vec<AlertTransition>,
    ) -> Vec<AlertTransition> {
        let unchanged = self.0.into_iter().filter(|(labels, active)| {
            active.state != AlertState::Inactive && changes.iter().all(|change| change.labels != *labels)
        });
        let mut dropped: Vec<AlertTransition> = unchanged
            .map(|(labels, Active { state: from, value, .. })| {
                let (alert, to) = (name.to_string(), AlertState::Inactive);
                AlertTransition { time_ms: now_ms, alert, labels, from, to, value }
            })
            .collect();
        let were_active = changes.into_iter().filter(|change| change.from != AlertState::Inactive);
        dropped.extend(were_active.map(|change| AlertTransition { to: AlertState::Inactive, ..change }));
        dropped.sort_by(|a, b| a.labels.cmp(&b.labels));
        dropped
    }

    /// Whether none is pending or firing.
    pub(super) fn is_idle(&self) -> bool {
        self.count() == 0
    }

    /// How many are pending or firing.
    pub(super) fn count(&self) -> usize {
        self.0.values().filter(|active| active.state != AlertState::Inactive).count()
    }

    /// Pending and firing alerts, with the time (milliseconds) from which the expression held.
    pub(super) fn states(&self) -> impl Iterator<Item = (&Labels, AlertState, i64)> {
        let active = self.0.iter().filter(|(_, active)| active.state != AlertState::Inactive);
        active.map(|(labels, active)| (labels, active.state, active.since_ms))
    }

    /// What is to be sent to the Alertmanager now: news at once, everything else again after the resend delay.
    pub(super) fn take_due(&mut self, now_ms: i64, interval_ms: i64, external_labels: &Labels) -> Vec<Alert> {
        // Leaves room for two failed evaluations or deliveries, as Prometheus does.
        let valid_until_ms = now_ms.saturating_add(interval_ms.max(RESEND_DELAY_MS).saturating_mul(4));
        let due = self.0.iter_mut().filter(|(_, active)| active.is_due(now_ms));
        due.map(|(labels, active)| {
            active.last_sent_ms = Some(now_ms);
            Alert {
                labels: external_labels.iter().chain(labels.iter()).collect(),
                annotations: active.annotations.clone(),
                starts_at_ms: active.fired_ms,
                ends_at_ms: active.resolved_ms,
                valid_until_ms: active.resolved_ms.is_none().then_some(valid_until_ms),
            }
        })
        .collect()
    }
}

impl Active {
    fn new(now_ms: i64, found: Found, state: AlertState) -> Self {
        Self {
            annotations: found.annotations,
            value: found.value,
            state,
            since_ms: now_ms,
            fired_ms: now_ms,
            resolved_ms: None,
            kept_since_ms: None,
            last_sent_ms: None,
        }
    }

    /// One evaluation. Returns whether the alert is to be remembered.
    fn step(&mut self, now_ms: i64, found: Option<Found>, holding: Holding) -> bool {
        let Some(found) = found else {
            return self.step_without_result(now_ms, holding);
        };
        if self.state == AlertState::Inactive {
            let state = if holding.for_ms > 0 { AlertState::Pending } else { AlertState::Firing };
            *self = Self::new(now_ms, found, state);
            return true;
        }
        self.annotations = found.annotations;
        self.value = found.value;
        self.kept_since_ms = None;
        if self.state == AlertState::Pending && now_ms - self.since_ms >= holding.for_ms {
            self.state = AlertState::Firing;
            self.fired_ms = now_ms;
        }
        true
    }

    fn step_without_result(&mut self, now_ms: i64, holding: Holding) -> bool {
        match self.state {
            AlertState::Firing => {
                let kept_since_ms = *self.kept_since_ms.get_or_insert(now_ms);
                if now_ms - kept_since_ms >= holding.keep_firing_for_ms {
                    self.state = AlertState::Inactive;
                    self.resolved_ms = Some(now_ms);
                }
                true
            }
            AlertState::Pending => {
                self.state = AlertState::Inactive;
                false
            }
            AlertState::Inactive => {
                self.resolved_ms.is_some_and(|resolved| now_ms - resolved <= RESOLVED_RETENTION_MS)
            }
        }
    }

    fn is_due(&self, now_ms: i64) -> bool {
        if self.state == AlertState::Pending {
            return false;
        }
        match self.last_sent_ms {
            None => true,
            Some(sent) => self.resolved_ms.is_some_and(|at| at > sent) || sent + RESEND_DELAY_MS < now_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AlertState::{Firing, Inactive, Pending};

    const INTERVAL: i64 = 60_000;

    /// The states after each evaluation, one a minute, of an alert whose expression holds where `holds` says so.
    fn states(holds: &str, for_ms: i64, keep_firing_for_ms: i64) -> Vec<AlertState> {
        let mut alerts = ActiveAlerts::default();
        let labels: Labels = [("alertname", "A")].into_iter().collect();
        let mut state = Inactive;
        let step = |(index, c)| {
            let found = (c == 'x').then(|| (labels.clone(), Found { annotations: Vec::new(), value: 1.0 }));
            let holding = Holding { for_ms, keep_firing_for_ms };
            let changes = alerts.update("A", index as i64 * INTERVAL, found.into_iter().collect(), holding);
            for change in changes {
                assert_eq!(change.from, state, "transitions form a chain");
                state = change.to;
            }
            state
        };
        holds.chars().enumerate().map(step).collect()
    }

    #[test]
    fn without_for_an_alert_fires_at_once() {
        assert_eq!(states(".xx.", 0, 0), [Inactive, Firing, Firing, Inactive]);
    }

    #[test]
    fn a_for_shorter_than_the_interval_fires_at_the_second_evaluation() {
        assert_eq!(states("xx.", 1, 0), [Pending, Firing, Inactive]);
        assert_eq!(states("x.x.", 1, 0), [Pending, Inactive, Pending, Inactive]);
    }

    #[test]
    fn for_counts_from_the_first_result_and_a_gap_starts_again() {
        assert_eq!(states("xxx", 2 * INTERVAL, 0), [Pending, Pending, Firing]);
        assert_eq!(states("xxx", 2 * INTERVAL + 1, 0), [Pending, Pending, Pending]);
        assert_eq!(states("xx.xx", 2 * INTERVAL, 0), [Pending, Pending, Inactive, Pending, Pending]);
    }

    #[test]
    fn keep_firing_for_bridges_gaps_and_counts_from_the_first_without_result() {
        assert_eq!(states("x...", 0, 2 * INTERVAL), [Firing, Firing, Firing, Inactive]);
        assert_eq!(states("x.x..", 0, 2 * INTERVAL), [Firing; 5]);
        assert_eq!(states("x...", INTERVAL, 2 * INTERVAL), [Pending, Inactive, Inactive, Inactive]);
    }

    #[test]
    fn alerts_are_sent_when_they_change_and_again_after_the_resend_delay() {
        let mut alerts = ActiveAlerts::default();
        let labels: Labels = [("alertname", "A")].into_iter().collect();
        let mut sent = Vec::new();
        for step in 0..120_i64 {
            let now_ms = step * 30_000;
            let found = (2..6)
                .contains(&step)
                .then(|| (labels.clone(), Found { annotations: Vec::new(), value: 1.0 }));
            let holding = Holding { for_ms: 0, keep_firing_for_ms: 0 };
            alerts.update("A", now_ms, found.into_iter().collect(), holding);
            for alert in alerts.take_due(now_ms, 30_000, &Labels::default()) {
                sent.push((now_ms / 1000, alert.ends_at_ms.map(|end| end / 1000)));
            }
        }
        let resolved: Vec<_> = sent.iter().filter(|(_, end)| end.is_some()).collect();
        assert_eq!(sent[..3], [(60, None), (150, None), (180, Some(180))]);
        assert_eq!(resolved[1], &(270, Some(180)));
        assert_eq!(resolved.last(), Some(&&(1080, Some(180))), "fifteen minutes long");
    }
}
