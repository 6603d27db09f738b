//! `sim observe`: receives what services export, and says what came.

use std::fmt::Write;
use std::pin::pin;

use live_world::clock::Clock;
use live_world::timer::Timer;
use live_world::{process, thread};
use observatory::otlp::backend::{Backend, Seen};
use sim_core::sync::within;

use super::{complain, print};
use crate::cli::Observe;
use crate::exit::Exit;
use crate::live::observe::Observer;

/// How often it says how much has come.
const EVERY_NS: u64 = 10_000_000_000;

pub(crate) fn observe(options: &Observe) -> Exit {
    match thread::run(Clock::new(), async |timer| until_asked(&timer, options).await) {
        Ok(exit) => exit,
        Err(error) => complain(&error.to_string()),
    }
}

async fn until_asked(timer: &Timer, options: &Observe) -> Exit {
    let mut asked = pin!(process::asked_to_end());
    let observer = match Observer::start(timer, options.listen).await {
        Ok(observer) => observer,
        Err(error) => return complain(&format!("cannot listen on {}: {error}", options.listen)),
    };
    let mut exit = print(&format!("listens on http://{} for /v1/traces and /v1/logs\n", observer.address()));
    let mut told = Seen::default();
    loop {
        match within(asked.as_mut(), timer.sleep(EVERY_NS)).await {
            Some(Ok(_)) => return exit.and(print(&summary(&observer.finish()))),
            Some(Err(error)) => return complain(&format!("signals cannot be received: {error}")),
            None => {
                let now = total(&observer.backend());
                if now != told {
                    exit =
                        exit.and(print(&format!("{} spans and {} log lines so far\n", now.spans, now.logs)));
                    told = now;
                }
            }
        }
    }
}

/// What came from all services.
fn total(backend: &Backend) -> Seen {
    backend.seen().values().fold(Seen::default(), |all, seen| Seen {
        spans: all.spans + seen.spans,
        roots: all.roots + seen.roots,
        errors: all.errors + seen.errors,
        logs: all.logs + seen.logs,
    })
}

/// What came, by service, and what became of it.
fn summary(backend: &Backend) -> String {
    let rows = backend.seen().iter().map(|(service, seen)| (service.as_str(), *seen));
    let rows: Vec<_> = rows.chain([("all", total(backend))]).collect();
    let width =
        rows.iter().map(|(service, _)| service.chars().count()).max().unwrap_or(0).max("service".len());
    let mut text = format!(
        "{:width$} {:>10} {:>10} {:>10} {:>10}\n",
        "service", "spans", "errors", "traces", "log lines"
    );
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        writeln!(text, "{arguments}").expect("writing to a string never fails");
    };
    for (service, Seen { spans, roots, errors, logs }) in rows {
        line(format_args!("{service:width$} {spans:>10} {errors:>10} {roots:>10} {logs:>10}"));
    }
    let stats = backend.traces().stats();
    line(format_args!(
        "traces: {} kept with {} spans, {} healthy and not sampled, {} gone for want of space",
        stats.kept, stats.kept_spans, stats.sampled_out, stats.evicted
    ));
    if backend.refused() > 0 {
        line(format_args!("{} requests were refused", backend.refused()));
    }
    if backend.rejected().count > 0 {
        let rejected = backend.rejected();
        line(format_args!(
            "{} spans or log lines were rejected, such as: {}",
            rejected.count, rejected.reason
        ));
    }
    text
}
