//! The `scenario` block.

use std::time::Duration;

use super::Lowering;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{History, Plan};
use crate::span::{FileId, Span, Spanned};
use crate::tree::{Item, Scenario, Setting};

/// Where randomness comes from if the scenario does not say.
const SEED: u64 = 1;

/// When a run starts if the scenario does not say: 2026-01-05 00:00 UTC, a Monday.
const START_UNIX_NS: i64 = 1_767_571_200_000_000_000;

/// Prometheus scrapes every minute by default, but those who watch closely do as here.
const SCRAPE: Duration = Duration::from_secs(15);

/// 2200-01-01, where the calendar of runs ends; from the epoch on, 64 bits hold it and much of what comes after.
const END_UNIX_NS: i128 = 7_258_118_400_000_000_000;

/// The plan with its settings and nothing else; `None` if there is no scenario to speak of.
pub(super) fn settings(lowering: &mut Lowering<'_>) -> Option<Plan> {
    let scenario = scenario(lowering)?;
    let body = &scenario.body;
    let module = lowering.once(body, "module", only!(Setting::Module));
    let seed = lowering.once(body, "seed", only!(Setting::Seed));
    let start = lowering.once(body, "start", only!(Setting::Start));
    let duration = lowering.once(body, "duration", only!(Setting::Duration));
    let scrape = lowering.once(body, "scrape", only!(Setting::Scrape));
    let history = lowering.once(body, "history", |it| {
        if let Setting::History(length, rate) = it { Some((length, rate.value)) } else { None }
    });
    let length = history.map(|(length, _)| length);
    let Some(duration) = duration else {
        lowering.missing(&scenario.name, body, "duration", "duration 2h");
        return None;
    };
    for span in [Some(duration), scrape].into_iter().flatten() {
        if span.value.is_zero() {
            lowering.report(
                Diagnostic::new(Code::Zero, span.span, "this takes some time").label("no time at all"),
            );
        }
    }
    let start_unix_ns = start.map_or(START_UNIX_NS, |start| start.value);
    calendar(lowering, start_unix_ns, duration, length);
    Some(Plan {
        name: scenario.name.value.clone(),
        description: description(lowering),
        module: module.map(|module| lowering.count(module, u32::MAX)),
        seed: seed.map_or(SEED, |seed| seed.value),
        start_unix_ns,
        duration: duration.value,
        history: history.map(|(length, rate)| History { length: length.value, rate }),
        scrape_interval: scrape.map_or(SCRAPE, |scrape: &Spanned<Duration>| scrape.value),
        time_scale: 1.0,
        services: Vec::new(),
        databases: Vec::new(),
        loads: Vec::new(),
        faults: Vec::new(),
        slos: Vec::new(),
        rules: Vec::new(),
        routes: None,
        checks: Vec::new(),
    })
}

/// The run and the history before it lie within the calendar of runs.
fn calendar(
    lowering: &mut Lowering<'_>,
    start_unix_ns: i64,
    duration: &Spanned<Duration>,
    history: Option<&Spanned<Duration>>,
) {
    let start = i128::from(start_unix_ns);
    let ns = |span: &Spanned<Duration>| span.value.as_nanos() as i128;
    if start + ns(duration) > END_UNIX_NS {
        let problem = Diagnostic::new(Code::Date, duration.span, "the run ends after the year 2199")
            .label("too long from this start")
            .help("start earlier, or make it shorter");
        lowering.report(problem);
    }
    if let Some(history) = history.filter(|history| ns(history) > start) {
        let problem = Diagnostic::new(Code::Date, history.span, "the history begins before the year 1970")
            .label("too long before this start")
            .help("start later, or make it shorter");
        lowering.report(problem);
    }
}

/// The one scenario of the main file.
fn scenario<'a>(lowering: &mut Lowering<'a>) -> Option<&'a Scenario> {
    let main = lowering.loaded.main()?;
    let found = lowering.once(main, "scenario", only!(Item::Scenario));
    // A file that could not be read has no text, and that was said already.
    let empty = lowering.loaded.sources.get(FileId(0)).is_none_or(|it| it.text.is_empty());
    if found.is_none() && super::is_whole(main) && (lowering.loaded.complete || !empty) {
        let top = Span { file: FileId(0), start: 0, end: 0 };
        let problem = Diagnostic::new(Code::NoScenario, top, "this file has no scenario")
            .label("there is nothing to run")
            .help("add `scenario \"name\" { duration 1h }`, or run a file that imports this one");
        lowering.report(problem);
    }
    found
}

/// The comment lines at the top of the main file, up to the first blank line.
fn description(lowering: &Lowering<'_>) -> String {
    let first = lowering.loaded.main().and_then(|main| main.statements.first());
    let comments = first.map(|statement| statement.leading.as_slice()).unwrap_or_default();
    let opening =
        comments.iter().enumerate().take_while(|(index, comment)| *index == 0 || !comment.blank_before);
    opening.map(|(_, comment)| comment.text.as_str()).collect::<Vec<_>>().join("\n")
}
