//! `sim run`: flies scenarios, each with its twin, and judges them.

use std::fs;
use std::path::{Path, PathBuf};

use verdict::journal::{self, Journal};
use verdict::verdict::Outcome;

use crate::cli::{Run, Seeds};
use crate::commands::{complain, print};
use crate::exit::Exit;
use crate::flight::pool::{Case, fly_all};
use crate::prepare::{Flown, prepare};
use crate::terminal;

pub(crate) fn run(options: &Run) -> Exit {
    let Some(scenarios) = prepared(options) else { return Exit::Usage };
    let cases = cases(options, &scenarios);
    let jobs = options.jobs.map_or_else(all_processors, usize::from);
    let single = cases.len() == 1;
    let mut exit = Exit::Held;
    let flown = fly_all(&cases, jobs, options.quiet, |case, flight, twin| {
        let verdicts = verdict::judge(&case.plan, flight, Some(twin));
        Journal::new(&case.plan, &case.file, flight, Some(twin), verdicts)
    });
    for (case, journal) in cases.iter().zip(flown) {
        exit = exit.and(exit_of(journal.outcome()));
        let path = journal_path(&options.journal, single, case);
        if let Err(error) = write(&path, &journal) {
            exit = exit.and(complain(&format!("cannot write the journal {}: {error}", path.display())));
        }
        let text = match single {
            true => format!("{}\njournal: {}\n", text_report(&journal), path.display()),
            false => summary(case, &journal),
        };
        exit = exit.and(print(&text));
    }
    exit
}

/// All scenarios, or none if anything is wrong with any of them: then nothing runs.
fn prepared(options: &Run) -> Option<Vec<(String, Flown)>> {
    let mut scenarios = Vec::new();
    let mut sound = true;
    for file in &options.files {
        let prepared = prepare(file, options.promql);
        eprint!("{}", prepared.findings.text());
        match prepared.flown {
            Some(flown) => scenarios.push((file.display().to_string(), flown)),
            None => sound = false,
        }
    }
    sound.then_some(scenarios)
}

fn cases(options: &Run, scenarios: &[(String, Flown)]) -> Vec<Case> {
    let mut cases = Vec::new();
    for (file, flown) in scenarios {
        let own = options.seed.unwrap_or(flown.plan.seed);
        let Seeds { first, last } = options.seeds.unwrap_or(Seeds { first: own, last: own });
        for seed in first..=last {
            let mut plan = flown.plan.clone();
            plan.seed = seed;
            cases.push(Case { file: file.clone(), plan, watch: flown.watch.clone() });
        }
    }
    cases
}

fn all_processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn exit_of(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Held => Exit::Held,
        Outcome::Violated => Exit::Violated,
        Outcome::Inconclusive => Exit::Inconclusive,
    }
}

/// A path that ends in `.jsonl` is the file of a single run; any other is a folder.
fn journal_path(asked: &Path, single: bool, case: &Case) -> PathBuf {
    let file = single && asked.extension().is_some_and(|extension| extension == "jsonl");
    match file {
        true => asked.to_owned(),
        false => asked.join(format!("{}.seed-{}.jsonl", case.plan.name, case.plan.seed)),
    }
}

/// Writes beside the path first: a journal is there as a whole or not at all.
fn write(path: &Path, journal: &Journal) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let unfinished = path.with_extension("jsonl.part");
    let mut bytes = Vec::new();
    journal::write(journal, &mut bytes)?;
    fs::write(&unfinished, bytes)?;
    fs::rename(&unfinished, path)
}

fn text_report(journal: &Journal) -> String {
    (verdict::reports::TABLE[0].render)(journal, terminal::layout())
}

/// One line for a run, and one for each expectation that did not hold.
fn summary(case: &Case, journal: &Journal) -> String {
    let outcome = journal.outcome();
    let held = journal.count(Outcome::Held);
    let mut text = format!(
        "{} {} seed {}: {} ({held} of {} held)\n",
        outcome.mark(),
        case.file,
        case.plan.seed,
        outcome.word(),
        journal.verdicts.len()
    );
    for verdict in journal.verdicts.iter().filter(|verdict| verdict.outcome != Outcome::Held) {
        text += &format!("    {} {}\n      {}\n", verdict.outcome.mark(), verdict.text, verdict.reason);
    }
    text
}
