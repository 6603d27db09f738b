//! The journal: all that is known of a run, as versioned JSON lines.
//!
//! One record a line, each with its kind under `record`, in this order: `header`, `plan`, `effect`, `hit` and
//! `spared` of each fault, `transition`, `rule`, `notification`, `fate`, `synthetic`, `traffic`, `health`, `twin`, `verdict`, `end`. Moments
//! are nanoseconds from the start of the run, negative in its history. The same run gives the same bytes:
//! nothing in it depends on the machine or on when it was written.

mod collect;
mod float;
mod read;
mod records;
mod write;

pub use read::{JournalError, read};
pub use records::{
    Fate, FaultEffect, FaultPlan, Header, Health, History, Hit, LabelSet, LoadPlan, Notification, Notified,
    PlanSummary, Rule, RuleReach, ServicePlan, SloPlan, Spared, Synthetic, TrafficSlice, Transition, Twin,
    TwinAlert, World,
};
pub use write::write;

use crate::episodes::{Change, Episode, episodes};
use crate::verdict::{Outcome, Verdict};

/// The version of the format. It rises when a reader of the former one would misunderstand a record.
pub const VERSION: u32 = 2;

/// One run, from plan to verdicts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Journal {
    /// What was flown.
    pub header: Header,
    /// What the scenario says.
    pub plan: PlanSummary,
    /// The proof of each fault's effect, in the order of the plan.
    pub effects: Vec<FaultEffect>,
    /// Every request that was hit, fault by fault.
    pub hits: Vec<Hit>,
    /// Every request that came within a fault's window and was left alone, fault by fault.
    pub spared: Vec<Spared>,
    /// Every change of an alert, in order of time.
    pub transitions: Vec<Transition>,
    /// One for each rule, in the order of the files.
    pub rules: Vec<Rule>,
    /// Every delivery, in order of time.
    pub notifications: Vec<Notification>,
    /// Where each alert ended in the Alertmanager.
    pub fates: Vec<Fate>,
    /// Which samples were made up.
    pub synthetic: Option<Synthetic>,
    /// The load over time.
    pub traffic: Vec<TrafficSlice>,
    /// How the generator of the load did.
    pub health: Health,
    /// The same flight without faults, if it was flown.
    pub twin: Option<Twin>,
    /// What was found of each expectation.
    pub verdicts: Vec<Verdict>,
}

impl Journal {
    /// What all verdicts come to.
    pub fn outcome(&self) -> Outcome {
        Outcome::overall(self.verdicts.iter().map(|verdict| verdict.outcome))
    }

    /// The states of all alerts over time, in nanoseconds from the start.
    pub fn episodes(&self) -> Vec<Episode> {
        let labels: Vec<String> =
            self.transitions.iter().map(|change| format!("{:?}", change.labels)).collect();
        episodes(self.transitions.iter().zip(&labels).map(|(change, labels)| Change {
            at_ns: change.at_ns,
            alert: &change.alert,
            labels,
            to: change.to,
            value: change.value,
        }))
    }

    /// How many verdicts are of that outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.outcome == outcome).count()
    }
}
