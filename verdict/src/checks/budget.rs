//! `budget … remaining … at end`.

use scenario_lang::vocabulary::Spec;

use super::{Case, Row};
use crate::flight::Budget;
use crate::readable::{holds, number, operator, percent};
use crate::verdict::EvidenceKind::{By, Expected, Happened, Note, Sample};
use crate::verdict::{Finding, Outcome};

pub(super) const ROW: Row = Row {
    spec: Spec {
        keyword: "budget",
        // The evidence knows budgets at the end only, so the language offers no other moment.
        forms: &["budget {slo:slo} remaining {op:comparison} {value:ratio} at end"],
        doc: "The share of an objective's error budget that is left at the end of the run: \
              1 - bad / ((1 - objective) * requests in the period). The part of the period that neither the run nor its \
              history covers counts as clean traffic at the history's rate.",
        example: "budget orders-availability remaining >= 95% at end",
    },
    judge,
};

fn judge(case: &Case) -> Result<Finding, String> {
    let name = case.slot("slo", |phrase, slot| phrase.name(slot))?;
    let op = case.slot("op", |phrase, slot| phrase.comparison(slot))?;
    let value = case.slot("value", |phrase, slot| phrase.ratio(slot))?;
    let known = case.plan.slos.iter().zip(&case.flight.budgets).find(|(slo, _)| slo.name == name);
    let (slo, budget) = known.ok_or_else(|| format!("nothing was counted for the objective {name}"))?;
    if budget.total <= 0.0 {
        return Err(format!("no request was counted for the objective {name}"));
    }
    if slo.objective >= 1.0 {
        return Err(format!("the objective of {name} is 100%, which leaves no budget to speak of"));
    }
    let requests = requests(budget, slo.period.as_secs_f64());
    let allowed = (1.0 - slo.objective) * requests;
    let left = 1.0 - budget.bad / allowed;
    let outcome = if holds(left, op, value) { Outcome::Held } else { Outcome::Violated };
    let assumed = requests - budget.total;
    let note = (assumed > 0.0).then(|| {
        let (assumed, rate) = (number(assumed), number(budget.assumed_rate));
        format!("{assumed} of the requests are assumed, clean and at {rate}/s, where neither run nor history reaches")
    });
    Ok(Finding::new(outcome, format!("{} of the budget of {name} is left at the end", percent(left)))
        .with(Expected, format!("{} {}", operator(op), percent(value)))
        .with(Happened, percent(left))
        .with(By, format!("{} points", number((left - value).abs() * 100.0)))
        .with(
            Sample,
            format!(
                "{} bad of {} requests, {} allowed",
                number(budget.bad),
                number(requests),
                number(allowed)
            ),
        )
        .with_all(Note, note))
}

/// Requests in the whole period: those counted, and for the rest of it those assumed.
fn requests(budget: &Budget, period_s: f64) -> f64 {
    budget.total + budget.assumed_rate * (period_s - budget.covered_s).max(0.0)
}
