//! `sim slo`: the Prometheus rules that watch a scenario's objectives.

use observatory::slo::{Slo as Objective, rules_yaml};
use scenario_lang::plan::{Bad, Plan};

use crate::cli::Slo;
use crate::commands::print;
use crate::exit::Exit;
use crate::prepare::understand;

pub(crate) fn slo(options: &Slo) -> Exit {
    let (plan, findings) = understand(&options.file);
    eprint!("{}", findings.text());
    match plan {
        None => Exit::Usage,
        Some(plan) if plan.slos.is_empty() => {
            eprintln!("error: {} and what it imports define no `slo`", options.file.display());
            Exit::Usage
        }
        Some(plan) => print(&rules_yaml(&objectives(&plan))),
    }
}

fn objectives(plan: &Plan) -> Vec<Objective> {
    let objective = |slo: &scenario_lang::plan::Slo| {
        let Bad::StatusClass(class) = slo.bad;
        let service = &plan.services[slo.service].name;
        Objective::http(&slo.name, service, slo.objective, slo.period.as_millis() as i64, class)
    };
    plan.slos.iter().map(objective).collect()
}
