//! The outcome as one JSON document, for programs.

use serde::Serialize;

use super::{Layout, Report};
use crate::journal::{FaultEffect, Header, Health, Journal, Notification, Transition, Twin};
use crate::verdict::{Outcome, Verdict};

pub(super) const REPORT: Report =
    Report { name: "json", doc: "for programs: verdicts, effects, alerts and pages as one document", render };

#[derive(Serialize)]
struct Summary<'a> {
    outcome: Outcome,
    held: usize,
    violated: usize,
    inconclusive: usize,
    run: &'a Header,
    verdicts: &'a [Verdict],
    faults: &'a [FaultEffect],
    alerts: &'a [Transition],
    notifications: &'a [Notification],
    load: &'a Health,
    twin: &'a Option<Twin>,
}

fn render(journal: &Journal, _: Layout) -> String {
    let summary = Summary {
        outcome: journal.outcome(),
        held: journal.count(Outcome::Held),
        violated: journal.count(Outcome::Violated),
        inconclusive: journal.count(Outcome::Inconclusive),
        run: &journal.header,
        verdicts: &journal.verdicts,
        faults: &journal.effects,
        alerts: &journal.transitions,
        notifications: &journal.notifications,
        load: &journal.health,
        twin: &journal.twin,
    };
    let text = serde_json::to_string_pretty(&summary).expect("strings and numbers have a form in JSON");
    text + "\n"
}
