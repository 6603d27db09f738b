//! Whom the faults hit and whom they left alone, by what the injectors recorded.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Both;
use crate::journal::Journal;
use crate::readable::counted;

/// What one fault decided in both runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decisions {
    /// The fault.
    pub fault: String,
    /// Requests within the window in both runs.
    pub both: u64,
    /// Of these, the ones that were not treated alike.
    pub differing: Vec<Differing>,
    /// Requests within the window of one run only.
    pub only: Both<Only>,
    /// Requests within the window that were left alone and of which there is no record.
    pub unrecorded: Both<u64>,
}

/// A request that the runs did not treat alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// Its trace and its span.
    pub key: String,
    /// The places of the actions that hit it, from 0; none where it was left alone.
    pub actions: Both<Vec<u8>>,
}

/// Requests that one run alone has met within a fault's window, by what is known of the reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Only {
    /// The other run met other requests of the trace there: a retry, or a call that one run alone made.
    pub other_attempt: Vec<String>,
    /// The other run met nothing of the trace there: it never arrived, or its root was meant for another time.
    pub unseen: Vec<String>,
}

impl Only {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.other_attempt.len() + self.unseen.len()
    }
}

/// What was decided, by `trace-span`.
type Decided = BTreeMap<String, Vec<u8>>;

/// All faults of the plan.
pub(super) fn compared(runs: Both<&Journal>) -> Vec<Decisions> {
    let faults = runs[0].plan.faults.iter();
    faults.map(|fault| Decisions::of(&fault.name, runs)).collect()
}

fn decided(run: &Journal, fault: &str) -> Decided {
    let spared = run.spared.iter().filter(|spared| spared.fault == fault).flat_map(|spared| &spared.keys);
    let hits = run.hits.iter().filter(|hit| hit.fault == fault);
    let hits = hits.map(|hit| (format!("{}-{}", hit.trace, hit.span), hit.actions.clone()));
    spared.map(|key| (key.clone(), Vec::new())).chain(hits).collect()
}

impl Decisions {
    fn of(fault: &str, runs: Both<&Journal>) -> Self {
        let [a, b] = runs.map(|run| decided(run, fault));
        let pairs = a.iter().filter_map(|(key, one)| Some((key, one, b.get(key)?)));
        let unlike = pairs.clone().filter(|(_, one, other)| one != other);
        let unrecorded = runs.map(|run| {
            run.effects.iter().find(|effect| effect.fault == fault).map_or(0, |effect| effect.unrecorded)
        });
        Self {
            fault: fault.to_owned(),
            both: pairs.count() as u64,
            differing: unlike
                .map(|(key, one, other)| Differing {
                    key: key.clone(),
                    actions: [one.clone(), other.clone()],
                })
                .collect(),
            only: [only(&a, &b), only(&b, &a)],
            unrecorded,
        }
    }

    /// Requests of one run alone are no difference, unless there are no others.
    pub(super) fn difference(&self) -> Option<String> {
        let Self { fault, both, differing, only, .. } = self;
        if let Some(first) = differing.first() {
            let (count, key) = (counted(differing.len() as u64, "request"), &first.key);
            return Some(format!("`{fault}` decided otherwise on {count} of {both}, such as {key}"));
        }
        let alone = only.each_ref().map(Only::count);
        (*both == 0 && alone != [0, 0]).then(|| {
            format!(
                "`{fault}` met no request in both runs: {} in the first and {} in the second",
                alone[0], alone[1]
            )
        })
    }
}

fn trace(key: &str) -> &str {
    key.split_once('-').map_or(key, |(trace, _)| trace)
}

fn only(one: &Decided, other: &Decided) -> Only {
    let traces: BTreeSet<&str> = other.keys().map(|key| trace(key)).collect();
    let alone = one.keys().filter(|key| !other.contains_key(*key)).cloned();
    let (other_attempt, unseen) = alone.partition(|key| traces.contains(trace(key)));
    Only { other_attempt, unseen }
}
