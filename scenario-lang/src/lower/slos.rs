//! Objectives.

use super::Lowering;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan;
use crate::tree::{Slo, SloItem};

/// The objectives; one whose service is unknown is left out.
pub(super) fn slos(lowering: &mut Lowering<'_>) -> Vec<plan::Slo> {
    let defined = lowering.names.slos.clone();
    defined.into_iter().filter_map(|slo| self::slo(lowering, slo)).collect()
}

fn slo<'a>(lowering: &mut Lowering<'a>, slo: &'a Slo) -> Option<plan::Slo> {
    let objective = lowering.once(&slo.body, "objective", |it| {
        if let SloItem::Objective(ratio, period) = it { Some((ratio, period)) } else { None }
    });
    let of = lowering.once(&slo.body, "of", |it| {
        if let SloItem::Of(service, bad) = it { Some((service, bad)) } else { None }
    });
    if objective.is_none() {
        lowering.missing(&slo.name, &slo.body, "objective", "objective 99.9% over 30d");
    }
    if of.is_none() {
        lowering.missing(&slo.name, &slo.body, "of", "of shop requests without status 5xx");
    }
    let (ratio, period) = objective?;
    if ratio.value <= 0.0 || ratio.value >= 1.0 {
        let problem = Diagnostic::new(
            Code::RatioOutOfRange,
            ratio.span,
            "an objective lies between `0%` and `100%`, both excluded",
        )
        .label("leaves no room");
        lowering.report(problem);
    }
    if period.value.is_zero() {
        lowering
            .report(Diagnostic::new(Code::Zero, period.span, "this takes some time").label("no time at all"));
    }
    let (name, bad) = of?;
    let service = lowering.service(name)?;
    Some(plan::Slo {
        name: slo.name.value.clone(),
        objective: ratio.value,
        period: period.value,
        service,
        bad: bad.value.clone(),
    })
}
