//! Faults: where, when and what.

use std::time::Duration;

use super::names::index;
use super::{Lowering, is_whole};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{self, Edge, Node};
use crate::quantity::written;
use crate::span::Spanned;
use crate::tree::{Fault, FaultItem, Moment, Said};

/// The faults with their places in the tree; what cannot be resolved is left out.
pub(super) fn faults<'a>(lowering: &mut Lowering<'a>, duration: Duration) -> Vec<(&'a Fault, plan::Fault)> {
    let defined = lowering.names.faults.clone();
    let windows: Vec<Option<Window<'a>>> = defined.iter().map(|fault| window(lowering, fault)).collect();
    let starts = starts(lowering, &windows);
    let mut lowered = Vec::new();
    for ((fault, window), start) in defined.into_iter().zip(&windows).zip(starts) {
        let actions = actions(lowering, fault);
        let (Some(edge), Some(from), Some(window)) = (edge(lowering, fault), start, window) else { continue };
        let length = window.length.value;
        inside(lowering, window, from, duration);
        lowered.push((fault, plan::Fault { name: fault.name.value.clone(), edge, from, length, actions }));
    }
    lowered
}

/// `from … for …`.
struct Window<'a> {
    from: &'a Spanned<Moment>,
    length: &'a Spanned<Duration>,
}

fn window<'a>(lowering: &mut Lowering<'a>, fault: &'a Fault) -> Option<Window<'a>> {
    let found = lowering.once(&fault.body, "from", |it| {
        if let FaultItem::Window(from, length) = it { Some(Window { from, length }) } else { None }
    });
    match &found {
        None => lowering.missing(&fault.name, &fault.body, "from", "from 30m for 10m"),
        Some(window) if window.length.value.is_zero() => {
            let problem = Diagnostic::new(Code::Zero, window.length.span, "a fault lasts some time")
                .label("no time at all");
            lowering.report(problem);
        }
        Some(_) => {}
    }
    found
}

/// When each fault begins: those at a given time at once, the others as soon as the fault they wait for is known.
fn starts(lowering: &mut Lowering<'_>, windows: &[Option<Window<'_>>]) -> Vec<Option<Duration>> {
    let mut starts: Vec<Option<Duration>> = vec![None; windows.len()];
    let waits_for: Vec<Option<usize>> = windows
        .iter()
        .map(|window| match &window.as_ref()?.from.value {
            Moment::At(_) => None,
            Moment::With { fault, .. } => lowering.fault(fault),
        })
        .collect();
    for _ in 0..windows.len() {
        for (index, window) in windows.iter().enumerate() {
            let Some(window) = window else { continue };
            starts[index] = match &window.from.value {
                Moment::At(at) => Some(*at),
                Moment::With { end, .. } => waits_for[index].and_then(|other| {
                    let length = windows[other].as_ref().map(|window| window.length.value)?;
                    starts[other]
                        .and_then(|start| start.checked_add(if *end { length } else { Duration::ZERO }))
                }),
            };
        }
    }
    if let Some(first) = (0..windows.len()).find(|fault| in_circle(*fault, &waits_for)) {
        let span = windows[first].as_ref().map(|window| window.from.span).unwrap_or_default();
        let name = &lowering.names.faults[first].name;
        let problem = Diagnostic::new(
            Code::AnchorCycle,
            span,
            format!("the beginning of `{}` depends on itself", name.value),
        )
        .label("waits for a fault that waits for this one")
        .and(name.span, "defined here");
        lowering.report(problem);
    }
    starts
}

fn in_circle(fault: usize, waits_for: &[Option<usize>]) -> bool {
    let mut at = waits_for[fault];
    for _ in 0..waits_for.len() {
        match at {
            Some(other) if other == fault => return true,
            Some(other) => at = waits_for[other],
            None => return false,
        }
    }
    false
}

fn inside(lowering: &mut Lowering<'_>, window: &Window<'_>, from: Duration, duration: Duration) {
    let end = from.saturating_add(window.length.value);
    if end > duration {
        let what = if from >= duration { "begins" } else { "ends" };
        let problem = Diagnostic::new(
            Code::OutsideRun,
            window.from.span.to(window.length.span),
            format!("the fault {what} after the run"),
        )
        .label(format!("from {} to {}", written(from), written(end)))
        .help(format!(
            "the run takes {}: make it longer, or the fault earlier or shorter",
            written(duration)
        ));
        lowering.report(problem);
    }
}

fn edge(lowering: &mut Lowering<'_>, fault: &Fault) -> Option<Edge> {
    let from = lowering.service(&fault.from);
    if index(&lowering.names.databases, &fault.to.value).is_some() {
        let message = format!("`{}` is a database, and no fault acts on the way to one", fault.to.value);
        let problem = Diagnostic::new(Code::DatabaseFault, fault.to.span, message)
            .label("not a service")
            .help("let the fault act on the way to a service that asks it");
        lowering.report(problem);
        return None;
    }
    let to = lowering.service(&fault.to).map(Node::Service);
    Some(Edge { from: from?, to: to? })
}

fn actions(lowering: &mut Lowering<'_>, fault: &Fault) -> Vec<plan::Action> {
    let said = fault.body.nodes().filter_map(|it| match it {
        FaultItem::Action(said, share) => Some((said, share)),
        FaultItem::Window(..) => None,
    });
    let sources = &lowering.loaded.sources;
    let actions: Vec<plan::Action> = said
        .map(|(Said { phrase, .. }, share)| {
            let written = |share: &Spanned<f64>| {
                format!("{} for {} of requests", phrase.text, sources.text(share.span))
            };
            plan::Action {
                text: share.as_ref().map_or_else(|| phrase.text.clone(), written),
                phrase: phrase.clone(),
                share: share.as_ref().map_or(1.0, |share| share.value),
            }
        })
        .collect();
    if actions.is_empty() && is_whole(&fault.body) {
        let problem =
            Diagnostic::new(Code::Empty, fault.name.span, format!("`{}` does nothing", fault.name.value))
                .label("no fault in it")
                .help("add a line such as `abort 503 for 20% of requests`");
        lowering.report(problem);
    }
    actions
}
