//! What the faults did, and how the load and the twin went.

use super::ink::{Ink, Page, columns, pad};
use crate::journal::{FaultEffect, FaultPlan, Journal, World};
use crate::readable::{count, duration_ns, percent};

/// The proof of each fault's effect, as a table.
pub(super) fn faults(journal: &Journal, page: &mut Page) {
    if journal.effects.is_empty() {
        return;
    }
    let heads = ["fault", "on", "window", "seen", "matched", "hit", ""].map(str::to_owned);
    let known = journal.plan.faults.iter().zip(&journal.effects);
    let table: Vec<[String; 7]> =
        std::iter::once(heads).chain(known.map(|(fault, effect)| cells(fault, effect))).collect();
    let widths: Vec<usize> =
        (0..7).map(|column| table.iter().map(|row| columns(&row[column])).max().unwrap_or(0)).collect();
    page.gap();
    for (index, row) in table.iter().enumerate() {
        let ink = match (index, row[5].as_str()) {
            (0, _) => Ink::Dim,
            (_, "0") => Ink::Yellow,
            _ => Ink::Plain,
        };
        let text: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| match column {
                3..6 => format!("{}{cell}", " ".repeat(width - columns(cell))),
                _ => pad(cell, *width),
            })
            .collect();
        page.line(&[(&text.join("  "), ink)]);
    }
}

fn cells(fault: &FaultPlan, effect: &FaultEffect) -> [String; 7] {
    let share = match effect.matched {
        0 => "no effect".to_owned(),
        matched => percent(effect.hit as f64 / matched as f64),
    };
    [
        fault.name.clone(),
        fault.on.clone(),
        format!("{} … {}", duration_ns(fault.from_ns), duration_ns(fault.to_ns)),
        count(effect.seen),
        count(effect.matched),
        count(effect.hit),
        share,
    ]
}

/// How the generator of the load did, and what fires without faults.
pub(super) fn health(journal: &Journal, page: &mut Page) {
    let health = &journal.health;
    let counts = [
        (health.planned, "planned"),
        (health.sent, "sent"),
        (health.dropped, "dropped"),
        (health.late, "late"),
        (health.answered, "answered"),
        (health.errors, "failed"),
    ];
    let load = counts.map(|(number, what)| format!("{} {what}", count(number))).join(" · ");
    // What the generator failed to do must not be taken for what the system did.
    let ink = if health.dropped + health.late > 0 { Ink::Yellow } else { Ink::Plain };
    page.gap();
    page.entry(0, ("load", Ink::Dim), 9, (&load, ink));
    let latency = format!(
        "p50 {} · p95 {} · p99 {} · max {}",
        duration_ns(health.p50_ns),
        duration_ns(health.p95_ns),
        duration_ns(health.p99_ns),
        duration_ns(health.max_ns)
    );
    page.entry(0, ("latency", Ink::Dim), 9, (&latency, Ink::Plain));
    if health.lateness_max_ns > 0 {
        let lateness = format!(
            "sent p50 {} · p99 {} · max {} after the intended time, which latency counts from",
            duration_ns(health.lateness_p50_ns),
            duration_ns(health.lateness_p99_ns),
            duration_ns(health.lateness_max_ns)
        );
        page.entry(0, ("lateness", Ink::Dim), 9, (&lateness, Ink::Plain));
    }
    let virtually = if journal.header.world == World::Live { ", in virtual time" } else { "" };
    let twin = match &journal.twin {
        None => "not flown".to_owned(),
        Some(twin) if twin.fired.is_empty() => format!("no alert fires without faults{virtually}"),
        Some(twin) => {
            let fired: Vec<String> =
                twin.fired.iter().map(|f| format!("{} at +{}", f.alert, duration_ns(f.at_ns))).collect();
            format!("fires without faults{virtually}: {}", fired.join(", "))
        }
    };
    page.entry(0, ("twin", Ink::Dim), 9, (&twin, Ink::Plain));
}
