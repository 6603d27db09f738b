//! Loads.

use std::time::Duration;

use super::{Lowering, is_whole};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan;
use crate::quantity::{Value, written};
use crate::span::{Span, Spanned};
use crate::tree::{Body, Load, LoadItem, Said, Share};

/// Shares may miss the whole by this much, which is less than anyone writes.
const ROUNDING: f64 = 1e-9;

/// Users of one shape.
const MOST_USERS: u32 = 1_000_000;

/// The loads; one whose service is unknown is left out.
pub(super) fn loads(lowering: &mut Lowering<'_>, duration: Duration) -> Vec<plan::Load> {
    let defined = lowering.names.loads.clone();
    defined.into_iter().filter_map(|load| self::load(lowering, load, duration)).collect()
}

fn load<'a>(lowering: &mut Lowering<'a>, load: &'a Load, duration: Duration) -> Option<plan::Load> {
    let body = &load.body;
    let arrivals = lowering.once(body, "arrivals", only!(LoadItem::Arrivals));
    let think = lowering.once(body, "think", only!(LoadItem::Think));
    let mix = lowering.once(body, "mix", only!(LoadItem::Mix));
    if mix.is_none() {
        lowering.missing(&load.name, body, "mix", "mix { get-order 100% }");
    }
    let shapes: Vec<(bool, &Said)> = body
        .nodes()
        .filter_map(|it| match it {
            LoadItem::Open(said) => Some((false, said)),
            LoadItem::Closed(said) => Some((true, said)),
            _ => None,
        })
        .collect();
    for (_, said) in shapes.iter().filter(|(closed, _)| *closed) {
        let users = |value: &Value| if let Value::Count(users) = value { Some(*users) } else { None };
        if let Some((value, span)) = said.find(users) {
            lowering.count(&Spanned { value, span }, MOST_USERS);
        }
    }
    let closed = shapes.first().is_some_and(|(closed, _)| *closed);
    models(lowering, load, &shapes);
    if let Some(think) = think.filter(|_| !closed && !shapes.is_empty()) {
        let problem = Diagnostic::new(Code::ThinkInOpenModel, think.span, "in an open model nobody thinks")
            .label("only users do")
            .and(shapes[0].1.span, "this makes the model an open one");
        lowering.report(problem);
    }
    if let Some(arrivals) = arrivals.filter(|_| closed) {
        let problem = Diagnostic::new(
            Code::ArrivalsInClosedModel,
            arrivals.span,
            "in a closed model users decide when requests arrive",
        )
        .label("without effect")
        .and(shapes[0].1.span, "this makes the model a closed one");
        lowering.report(problem);
    }
    ends(lowering, &shapes, duration);
    let service = lowering.service(&load.service)?;
    Some(plan::Load {
        name: load.name.value.clone(),
        service,
        arrivals: arrivals.map(|arrivals| arrivals.value).unwrap_or_default(),
        mix: mix.map(|mix| self::mix(lowering, service, mix, load)).unwrap_or_default(),
        closed,
        think: think.map(|think| think.value.clone()),
        shapes: shapes.into_iter().map(|(_, said)| said.phrase.clone()).collect(),
    })
}

/// There are shapes, and all are of one model.
fn models(lowering: &mut Lowering<'_>, load: &Load, shapes: &[(bool, &Said)]) {
    let Some((closed, first)) = shapes.first() else {
        if is_whole(&load.body) {
            let problem =
                Diagnostic::new(Code::Empty, load.name.span, format!("`{}` has no shape", load.name.value))
                    .label("sends nothing")
                    .help("add a line such as `hold 80/s`");
            lowering.report(problem);
        }
        return;
    };
    for (_, said) in shapes.iter().filter(|(other, _)| other != closed) {
        let [model, other] = if *closed { ["closed", "open"] } else { ["open", "closed"] };
        let problem = Diagnostic::new(Code::MixedModels, said.span, "a load is either open or closed")
            .label(format!("this is a shape of the {other} model"))
            .and(first.span, format!("this is one of the {model} model"))
            .help("make it two loads");
        lowering.report(problem);
    }
}

/// Every shape takes some time and all but the last end; the last one does not end after the run.
fn ends(lowering: &mut Lowering<'_>, shapes: &[(bool, &Said)], duration: Duration) {
    let mut total = Duration::ZERO;
    for (index, (_, said)) in shapes.iter().enumerate() {
        let length = length(said);
        if let (None, Some((_, next))) = (length, shapes.get(index + 1)) {
            let problem = Diagnostic::new(Code::Unreachable, next.span, "this shape never begins")
                .label("never reached")
                .and(said.span, "this one has no end")
                .help("give the one before it an end, such as `for 10m`");
            lowering.report(problem);
            return;
        }
        if length.is_some_and(|length| length.is_zero()) {
            lowering.report(
                Diagnostic::new(Code::Zero, said.span, "a shape takes some time").label("no time at all"),
            );
        }
        total = total.saturating_add(length.unwrap_or_default());
        if total > duration {
            let problem =
                Diagnostic::new(Code::LoadTooLong, said.span, "the run ends before this shape does")
                    .label(format!("would end after {}", written(total)))
                    .help(format!("the run takes {}", written(duration)));
            lowering.report(problem);
            return;
        }
    }
}

/// How long a shape lasts: its `for` or `over`. A shape without either word lasts to the end of the run.
fn length(said: &Said) -> Option<Duration> {
    said.phrase.duration("for").or_else(|| said.phrase.duration("over"))
}

fn mix(lowering: &mut Lowering<'_>, service: usize, mix: &Body<Share>, load: &Load) -> Vec<(usize, f64)> {
    let mut shares: Vec<(usize, f64)> = Vec::new();
    let mut places: Vec<Span> = Vec::new();
    for share in mix.nodes() {
        let name = &share.endpoint;
        let Some(endpoint) = lowering.endpoint(service, name) else { continue };
        if let Some(first) = shares.iter().position(|(other, _)| *other == endpoint) {
            let problem =
                Diagnostic::new(Code::Repeated, name.span, format!("`{}` stands twice", name.value))
                    .label("again")
                    .and(places[first], "first here");
            lowering.report(problem);
            continue;
        }
        shares.push((endpoint, share.ratio.value));
        places.push(name.span);
    }
    let total: f64 = mix.nodes().map(|share| share.ratio.value).sum();
    if is_whole(mix) && (total - 1.0).abs() > ROUNDING {
        let span = mix.placed().map(|(span, _)| span).reduce(Span::to).unwrap_or(load.name.span);
        let percent = (total * 1e8).round() / 1e6;
        let problem = Diagnostic::new(Code::Mix, span, format!("the mix adds up to {percent}%"))
            .label("should be `100%` together")
            .help(format!(
                "{} the shares by {}% in all",
                if percent < 100.0 { "raise" } else { "lower" },
                ((100.0 - percent).abs() * 1e6).round() / 1e6
            ));
        lowering.report(problem);
    }
    shares
}
