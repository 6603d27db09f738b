//! Every expectation against the evidence.

use scenario_lang::plan::Plan;

use crate::checks::{Case, row};
use crate::flight::Flight;
use crate::verdict::EvidenceKind::{Expected, Happened};
use crate::verdict::{Finding, Verdict};

/// Judges every check of the plan, in its order. `twin` is the same flight without faults.
pub fn judge(plan: &Plan, flight: &Flight, twin: Option<&Flight>) -> Vec<Verdict> {
    let verdict = |(index, check): (usize, &scenario_lang::plan::Check)| {
        let case = Case { plan, flight, twin, index, check };
        let Finding { outcome, reason, evidence } = finding(&case);
        Verdict {
            check: index,
            text: check.text.clone(),
            file: check.at.file.clone(),
            line: check.at.line,
            outcome,
            reason,
            evidence,
        }
    };
    plan.checks.iter().enumerate().map(verdict).collect()
}

fn finding(case: &Case) -> Finding {
    if let Some(finding) = without_effect(case) {
        return finding;
    }
    let Some(row) = row(&case.check.phrase.keyword) else {
        return Finding::inconclusive(format!("no check is called `{}`", case.check.phrase.keyword));
    };
    (row.judge)(case).unwrap_or_else(Finding::inconclusive)
}

/// An expectation depends on the faults that it names: nothing can be learnt from one that hit nothing.
fn without_effect(case: &Case) -> Option<Finding> {
    let idle = case.check.faults.iter().find_map(|&index| {
        let effect = case.flight.effects.get(index);
        effect.is_none_or(|effect| effect.hits.is_empty()).then_some((index, effect))
    });
    let (index, effect) = idle?;
    let name = case.plan.faults.get(index).map_or("?", |fault| &fault.name);
    let happened = match effect {
        None => "nothing was recorded of it".to_owned(),
        Some(effect) if effect.seen == 0 => "no request passed where it acts".to_owned(),
        Some(effect) if effect.matched == 0 => {
            format!("{} requests passed where it acts, none of them in its window", effect.seen)
        }
        Some(effect) => format!("{} requests passed in its window, none was hit", effect.matched),
    };
    Some(
        Finding::inconclusive(format!("fault `{name}` hit nothing, so nothing can be learnt from it"))
            .with(Expected, format!("at least one request hit by `{name}`"))
            .with(Happened, happened),
    )
}
