//! The report for the terminal: the run on one time axis, what the faults did, the verdicts, and how the load went.

mod axis;
mod ink;
mod run;
mod timeline;
mod verdicts;

use ink::{Ink, Page};

use super::{Layout, Report};
use crate::journal::{Journal, World};
use crate::readable::{date_time, duration_ns, number, time_scale};

pub(super) const REPORT: Report = Report {
    name: "text",
    doc: "for the terminal: a timeline, then every verdict with its evidence",
    render,
};

fn render(journal: &Journal, layout: Layout) -> String {
    let mut page = Page::new(layout);
    heading(journal, &mut page);
    timeline::write(journal, &mut page);
    run::faults(journal, &mut page);
    verdicts::write(journal, &mut page);
    run::health(journal, &mut page);
    verdicts::summary(journal, &mut page);
    page.finish()
}

fn heading(journal: &Journal, page: &mut Page) {
    let header = &journal.header;
    let start = date_time(header.start_unix_ns);
    let live = if header.world == World::Live { " · live" } else { "" };
    let (file, seed, duration) = (&header.file, header.seed, duration_ns(header.duration_ns));
    let facts = format!("{file} · seed {seed} · {start} UTC · {duration}{live}");
    let column = ink::columns(&header.scenario) + 2;
    page.entry(0, (&header.scenario, Ink::Bold), column, (&facts, Ink::Dim));
    page.wrapped(0, &header.description, Ink::Plain);
    if let Some(scale) = time_scale(header.time_scale) {
        page.wrapped(0, &scale, Ink::Yellow);
    }
    let Some(history) = &header.history else { return };
    let synthetic = journal.synthetic.as_ref().map(|synthetic| {
        let until = duration_ns(synthetic.to_ns);
        format!("; the samples of {} series before {until} are synthetic", synthetic.series)
    });
    let past = format!("{} at {}/s", duration_ns(history.length_ns), number(history.rate));
    page.wrapped(
        0,
        &format!("◂ history of {past} before the start{}", synthetic.unwrap_or_default()),
        Ink::Dim,
    );
}
