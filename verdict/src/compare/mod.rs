//! Two runs of one plan side by side, from their journals: the virtual and the live world, or the same world twice.
//!
//! - `decisions`: whom the faults hit and whom they left alone, request by request
//! - `moments`: when alerts fired and were resolved, and when somebody was told
//! - `figures`: error ratio and latencies
//! - `text`: all of it for the terminal; as JSON it is what [`Comparison`] says

mod decisions;
mod figures;
mod moments;
mod text;

use std::fmt;

use serde::Serialize;

pub use decisions::{Decisions, Differing, Only};
pub use figures::{Errors, Quantile};
pub use moments::Moment;

use crate::journal::{FaultPlan, Journal, World};
use crate::verdict::{Outcome, Verdict};

/// How far two runs may be apart and still agree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tolerances {
    /// Between the error ratios, 0 to 1.
    pub error_ratio: f64,
    /// Between latency quantiles, as a share of the first run's; `None` compares without judging.
    pub latency: Option<f64>,
}

impl Default for Tolerances {
    /// 0.2 percentage points, and any latency.
    fn default() -> Self {
        Self { error_ratio: 0.002, latency: None }
    }
}

/// Something of both runs, the first and the second.
pub type Both<T> = [T; 2];

/// Two runs side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Whether they agree within the tolerances.
    pub agree: bool,
    /// What they do not agree in, one sentence each.
    pub differences: Vec<String>,
    /// The scenario.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// By how much the timeline was shortened.
    pub time_scale: f64,
    /// Where each was flown.
    pub worlds: Both<World>,
    /// What each fault did, in the order of the plan.
    pub decisions: Vec<Decisions>,
    /// The share of requests that failed.
    pub errors: Errors,
    /// Quantiles of the latency that clients saw.
    pub latency: Vec<Quantile>,
    /// When alerts fired and were resolved.
    pub alerts: Vec<Moment>,
    /// When receivers were told.
    pub pages: Vec<Moment>,
    /// What was found of each expectation.
    pub verdicts: Vec<Verdicts>,
}

/// One expectation in both runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdicts {
    /// The expectation as written.
    pub text: String,
    /// What was found of it.
    pub outcomes: Both<Option<Outcome>>,
}

/// Why two journals cannot be compared: they are not of one plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomparable {
    /// What differs.
    pub what: &'static str,
    /// What it is in each.
    pub values: Both<String>,
}

impl fmt::Display for Incomparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, values: [a, b] } = self;
        write!(
            f,
            "the runs have nothing in common that could be compared: {what} is {a} of the first and {b} of the second"
        )
    }
}

impl std::error::Error for Incomparable {}

/// Puts two runs side by side.
///
/// # Errors
/// When they are not of the same scenario, seed, timeline and faults.
pub fn compare(a: &Journal, b: &Journal, tolerances: &Tolerances) -> Result<Comparison, Incomparable> {
    let runs = [a, b];
    comparable(runs)?;
    let mut comparison = Comparison {
        agree: false,
        differences: Vec::new(),
        scenario: a.header.scenario.clone(),
        seed: a.header.seed,
        time_scale: a.header.time_scale,
        worlds: runs.map(|run| run.header.world),
        decisions: decisions::compared(runs),
        errors: Errors::of(runs, tolerances.error_ratio),
        latency: figures::latency(runs, tolerances.latency),
        alerts: moments::alerts(runs),
        pages: moments::pages(runs),
        verdicts: verdicts(runs),
    };
    comparison.differences = comparison.found();
    comparison.agree = comparison.differences.is_empty();
    Ok(comparison)
}

fn comparable(runs: Both<&Journal>) -> Result<(), Incomparable> {
    let same = |what, of: &dyn Fn(&Journal) -> String| {
        let values = runs.map(of);
        if values[0] == values[1] { Ok(()) } else { Err(Incomparable { what, values }) }
    };
    let faults = |run: &Journal| {
        let told = |fault: &FaultPlan| {
            let FaultPlan { name, on, from_ns, to_ns, actions } = fault;
            format!("`{name}` on {on} from {from_ns} ns to {to_ns} ns: {}", actions.join(", "))
        };
        run.plan.faults.iter().map(told).collect::<Vec<_>>().join("; ")
    };
    same("the scenario", &|run| run.header.scenario.clone())?;
    same("the seed", &|run| run.header.seed.to_string())?;
    same("the time scale", &|run| run.header.time_scale.to_string())?;
    same("the length in nanoseconds", &|run| run.header.duration_ns.to_string())?;
    same("the list of faults", &faults)
}

/// Every expectation of either run: those of the first, and what the second has beside them.
fn verdicts([a, b]: Both<&Journal>) -> Vec<Verdicts> {
    let found = |run: &Journal, wanted: &Verdict| {
        let same = |verdict: &&Verdict| (verdict.check, &verdict.text) == (wanted.check, &wanted.text);
        run.verdicts.iter().find(same).map(|verdict| verdict.outcome)
    };
    let beside = b.verdicts.iter().filter(|verdict| found(a, verdict).is_none());
    let pair = |verdict: &Verdict| Verdicts {
        text: verdict.text.clone(),
        outcomes: [found(a, verdict), found(b, verdict)],
    };
    a.verdicts.iter().chain(beside).map(pair).collect()
}

impl Comparison {
    /// What the runs do not agree in.
    fn found(&self) -> Vec<String> {
        let decisions = self.decisions.iter().filter_map(Decisions::difference);
        let latency = self.latency.iter().filter_map(Quantile::difference);
        let moments = self.alerts.iter().chain(&self.pages).filter_map(Moment::difference);
        let verdicts = self.verdicts.iter().filter_map(Verdicts::difference);
        decisions.chain(self.errors.difference()).chain(latency).chain(moments).chain(verdicts).collect()
    }

    /// For the terminal, with the names of the two journals.
    pub fn text(&self, names: Both<&str>) -> String {
        text::write(self, names)
    }

    /// As one JSON document.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("strings and numbers have a form in JSON") + "\n"
    }
}

impl Verdicts {
    fn difference(&self) -> Option<String> {
        let word = |outcome: Option<Outcome>| outcome.map_or("not judged", Outcome::word);
        let [a, b] = self.outcomes;
        (a != b)
            .then(|| format!("`{}` is {} in the first run and {} in the second", self.text, word(a), word(b)))
    }
}
