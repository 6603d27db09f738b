//! `sim slo`: the Prometheus rules that watch a scenario's objectives.

use observatory::slo::{Slo as Objective, rules_yaml};
use scenario_lang::plan::{Bad, Plan};
use services::telemetry::request_counter;

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
        let service = &plan.services[slo.service];
        let (metric, status) = request_counter(service.telemetry);
        let all = format!("service_name=\"{}\"", service.name);
        Objective {
            name: slo.name.clone(),
            service: service.name.clone(),
            objective: slo.objective,
            period_ms: slo.period.as_millis() as i64,
            bad: format!("{metric}{{{all}, {status}=~\"{class}..\"}}"),
            all: format!("{metric}{{{all}}}"),
        }
    };
    plan.slos.iter().map(objective).collect()
}
