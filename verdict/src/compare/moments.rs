//! When alerts fired and were resolved, and when somebody was told.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Both;
use crate::journal::{Journal, Notification};
use crate::readable::duration_ns;

/// Something that happened at some moment, in both runs or in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// What: `Burn fired`.
    pub what: String,
    /// The labels that tell it from others of that name.
    pub labels: String,
    /// When, nanoseconds from the start.
    pub at_ns: Both<Option<i64>>,
    /// How far they may be apart: two evaluations and one scrape, nanoseconds.
    pub tolerance_ns: i64,
}

impl Moment {
    /// The second less the first, nanoseconds, where it happened in both.
    pub fn apart_ns(&self) -> Option<i64> {
        Some(self.at_ns[1]? - self.at_ns[0]?)
    }

    /// Whether it happened in both runs, at nearly the same time.
    pub fn agree(&self) -> bool {
        self.apart_ns().is_some_and(|apart| apart.abs() <= self.tolerance_ns)
    }

    pub(super) fn difference(&self) -> Option<String> {
        let Self { what, at_ns, tolerance_ns, .. } = self;
        if self.agree() {
            return None;
        }
        let at = |at_ns: i64| format!("+{}", duration_ns(at_ns));
        Some(match *at_ns {
            [Some(a), Some(b)] => {
                let (apart, most) = (duration_ns((b - a).abs()), duration_ns(*tolerance_ns));
                format!("{what} at {} and at {}: {apart} apart, at most {most}", at(a), at(b))
            }
            [Some(a), None] => format!("{what} at {} in the first run, and not in the second", at(a)),
            [None, Some(b)] => format!("{what} at {} in the second run, and not in the first", at(b)),
            [None, None] => format!("{what} in neither run"),
        })
    }
}

/// What is paired: the name of what happened and its labels, and which time it was.
type Happened = BTreeMap<(String, String), Vec<(i64, i64)>>;

/// Alerts that fired or were resolved.
pub(super) fn alerts(runs: Both<&Journal>) -> Vec<Moment> {
    paired(runs.map(|run| {
        let mut happened = Happened::new();
        for episode in run.episodes() {
            let Some(firing_ns) = episode.firing_ns else { continue };
            let tolerance_ns = tolerance_ns(run, [episode.alert.as_str()]);
            for (what, at_ns) in [("fired", Some(firing_ns)), ("was resolved", episode.to_ns)] {
                let key = (format!("{} {what}", episode.alert), episode.labels.clone());
                happened.entry(key).or_default().extend(at_ns.map(|at_ns| (at_ns, tolerance_ns)));
            }
        }
        happened
    }))
}

/// Receivers that were told of something new.
pub(super) fn pages(runs: Both<&Journal>) -> Vec<Moment> {
    paired(runs.map(|run| {
        let mut happened = Happened::new();
        for sent in run.notifications.iter().filter(|sent| !sent.repeat) {
            let alerts = || sent.alerts.iter().filter_map(|alert| alert.labels.get("alertname"));
            let key = (page(sent), format!("{:?}", sent.group));
            let tolerance_ns = tolerance_ns(run, alerts().map(String::as_str));
            happened.entry(key).or_default().push((sent.at_ns, tolerance_ns));
        }
        happened
    }))
}

fn page(sent: &Notification) -> String {
    let what = if sent.firing { "was told" } else { "was told of the end" };
    format!("{} {what}", sent.receiver)
}

/// Two evaluations of these alerts, or of the slowest rule where they are unknown, and one scrape.
fn tolerance_ns<'a>(run: &Journal, alerts: impl IntoIterator<Item = &'a str>) -> i64 {
    let interval = |name: &str| {
        run.rules.iter().filter(|rule| rule.alerting && rule.name == name).map(|rule| rule.interval_ns).max()
    };
    let known = alerts.into_iter().filter_map(interval).max();
    let slowest = || run.rules.iter().map(|rule| rule.interval_ns).max().unwrap_or(0);
    2 * known.unwrap_or_else(slowest) + run.plan.scrape_interval_ns
}

/// The first time in one run is held against the first in the other, and so on; in the order of time.
fn paired([a, b]: Both<Happened>) -> Vec<Moment> {
    let mut moments = Vec::new();
    let keys: BTreeSet<&(String, String)> = a.keys().chain(b.keys()).collect();
    for key in keys {
        let times = [&a, &b].map(|happened| happened.get(key).map_or(&[][..], Vec::as_slice));
        for index in 0..times[0].len().max(times[1].len()) {
            let found = times.map(|times| times.get(index).copied());
            let tolerance_ns = found.iter().flatten().map(|(_, tolerance_ns)| *tolerance_ns).max();
            moments.push(Moment {
                what: key.0.clone(),
                labels: key.1.clone(),
                at_ns: found.map(|found| found.map(|(at_ns, _)| at_ns)),
                tolerance_ns: tolerance_ns.unwrap_or(0),
            });
        }
    }
    moments.sort_by_key(|moment| moment.at_ns.iter().flatten().min().copied());
    moments
}
