//! `trace through … with error calling …, at least …`.

use observatory::traces::TraceQuery;
use scenario_lang::vocabulary::Spec;

use super::{Case, Row};
use crate::readable::{count, counted};
use crate::verdict::EvidenceKind::{Expected, Happened, Note, Sample, Trace};
use crate::verdict::Finding;
use crate::window::Window;

pub(super) const ROW: Row = Row {
    spec: Spec {
        keyword: "trace",
        forms: &[
            "trace through {service:service} [error: with error] [calling {peer:node}], at least {min:count} [{when:when}]",
        ],
        doc: "At least so many of the kept traces have a span of the service; `with error` one that failed, `calling` \
              one that called the other; with both, that very call failed. A trace belongs to the moment at which it \
              begins. Traces with an error are all kept, healthy ones are sampled.",
        example: "trace through api-gateway with error calling order-service, at least 100 during bad-deploy",
    },
    judge,
};

/// How many trace ids are shown.
const SHOWN: usize = 3;

fn judge(case: &Case) -> Result<Finding, String> {
    let service = case.slot("service", |phrase, slot| phrase.name(slot))?;
    let min = case.slot("min", |phrase, slot| phrase.count(slot))?;
    let window = case.stretch()?;
    let query = TraceQuery {
        through: Some(service),
        error: case.phrase().has("error"),
        calling: case.phrase().name("peer"),
        from_ns: 0,
        to_ns: 0,
    };
    let stats = case.flight.traces.stats();
    let found = ask(case, &query, &window);
    let expected = format!("at least {} {}", counted(min, "such trace"), window.text(case.clock()));
    let happened = counted(found.count, "such trace");
    if found.count > 0 && found.count >= min {
        return Ok(Finding::held(format!("{happened} of at least {}", count(min)))
            .with(Expected, expected)
            .with_all(Trace, found.examples));
    }
    let about = format!("{} found, but", happened);
    if min == 0 {
        return Err("`at least 0` asks for nothing".to_owned());
    }
    if stats.finished == 0 {
        return Err(format!("{about} {} ended in the run", counted(stats.finished, "trace")));
    }
    if found.lost > 0 {
        return Err(format!("{about} {} were dropped for want of space", counted(found.lost, "trace")));
    }
    if !query.error && stats.sampled_out > 0 {
        return Err(format!(
            "{about} {} without error were not sampled",
            counted(stats.sampled_out, "trace")
        ));
    }
    let nearest = relaxed(&query)
        .into_iter()
        .map(|(what, query)| format!("{} {what}", count(ask(case, &query, &window).count)));
    Ok(Finding::violated(format!("{happened}, at least {} expected", count(min)))
        .with(Expected, expected)
        .with(Happened, happened)
        .with_all(Sample, nearest)
        .with_all(Trace, found.examples)
        .with(Note, format!("{} of {} kept", count(stats.kept), counted(stats.finished, "trace"))))
}

struct Found {
    count: u64,
    examples: Vec<String>,
    lost: u64,
}

fn ask(case: &Case, query: &TraceQuery, window: &Window) -> Found {
    let mut found = Found { count: 0, examples: Vec::new(), lost: 0 };
    for span in window.spans() {
        let query = TraceQuery { from_ns: span.from_ns, to_ns: span.until_ns(), ..query.clone() };
        let matches = case.flight.traces.query(&query, &case.flight.catalog);
        found.count += matches.count;
        found.lost = found.lost.max(matches.lost);
        found.examples.extend(matches.examples.iter().map(ToString::to_string));
    }
    found.examples.truncate(SHOWN);
    found
}

/// The same question with one condition less, to see which one nothing met.
fn relaxed(query: &TraceQuery) -> Vec<(&'static str, TraceQuery)> {
    let mut all = Vec::new();
    if query.error {
        all.push(("without asking for an error", TraceQuery { error: false, ..query.clone() }));
    }
    if query.calling.is_some() {
        all.push(("without asking whom it called", TraceQuery { calling: None, ..query.clone() }));
    }
    all
}
