//! `sim run`: flies scenarios, each with its twin, and judges them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use scenario_lang::plan::Plan;
use verdict::journal::{self, Journal, World};
use verdict::verdict::Outcome;

use crate::cli::{Run, Seeds};
use crate::commands::live::fly_live;
use crate::commands::{complain, print};
use crate::exit::Exit;
use crate::flight::pool::{Case, fly_all};
use crate::live::run::Failed;
use crate::prepare::{Flown, prepare};
use crate::terminal;

pub(crate) fn run(options: &Run) -> Exit {
    let Some(scenarios) = prepared(options) else { return Exit::Usage };
    let cases = cases(options, &scenarios);
    let paths = match journal_paths(&options.journal, &cases) {
        Ok(paths) => paths,
        Err(problem) => {
            eprintln!("error: {problem}");
            return Exit::Usage;
        }
    };
    if cases.iter().any(|case| case.plan.checks.is_empty()) {
        eprintln!(
            "warning: nothing was expected, so nothing was judged; say in an `expect` block what must be noticed"
        );
    }
    if options.live {
        return live(options, &cases, &paths);
    }
    let jobs = options.jobs.map_or_else(all_processors, usize::from);
    // Each journal is written as soon as its run is judged, and is not kept.
    let judged = fly_all(&cases, jobs, options.quiet, |index, flight, twin| {
        let case = &cases[index];
        let verdicts = verdict::judge(&case.plan, flight, Some(twin));
        Judged::new(
            &cases,
            index,
            &paths[index],
            &Journal::new(&case.plan, &case.file, World::Virtual, flight, Some(twin), verdicts),
        )
    });
    let Some(judged) = judged else { return complain("a flight broke off, which is a defect of `sim`") };
    let alone = judged.len() == 1;
    paths.iter().zip(judged).fold(Exit::Held, |exit, (path, judged)| exit.and(judged.tell(path, alone)))
}

/// One after the other, as each needs the whole machine.
fn live(options: &Run, cases: &[Case], paths: &[PathBuf]) -> Exit {
    let mut exit = Exit::Held;
    for (index, (case, path)) in cases.iter().zip(paths).enumerate() {
        let flown = match fly_live(case, options.workers, options.quiet) {
            Ok(flown) => flown,
            Err(Failed::Interrupted) => {
                eprintln!("interrupted before the run began; nothing is left of it");
                return Exit::Interrupted;
            }
            Err(Failed::Problem(problem)) => {
                exit = exit.and(complain(&problem));
                continue;
            }
        };
        for remark in &flown.remarks {
            eprintln!("warning: {remark}");
        }
        exit = exit.and(Judged::new(cases, index, path, &flown.journal).tell(path, cases.len() == 1));
        if flown.interrupted {
            eprintln!("interrupted: this is what was seen until then");
            return Exit::Interrupted;
        }
    }
    exit
}

/// What is left of a run once it is judged.
struct Judged {
    exit: Exit,
    text: String,
    written: std::io::Result<()>,
}

impl Judged {
    /// Writes the journal.
    fn new(cases: &[Case], index: usize, path: &Path, journal: &Journal) -> Self {
        let text = match cases.len() {
            1 => text_report(journal) + "\n",
            _ => summary(&cases[index], journal),
        };
        Self { exit: exit_of(journal.outcome()), text, written: write(path, journal) }
    }

    /// Prints it.
    fn tell(self, path: &Path, alone: bool) -> Exit {
        self.exit.and(print(&self.text)).and(match self.written {
            Ok(()) if alone => print(&format!("journal: {}\n", path.display())),
            Ok(()) => Exit::Held,
            Err(error) => complain(&format!("cannot write the journal {}: {error}", path.display())),
        })
    }
}

/// All scenarios, or none if anything is wrong with any of them: then nothing runs.
fn prepared(options: &Run) -> Option<Vec<(String, Flown)>> {
    let mut scenarios = Vec::new();
    let mut sound = true;
    for file in &options.files {
        let prepared = prepare(file, options.promql, options.time_scale);
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

/// Where each case's journal goes. A path that ends in `.jsonl` is the file of a single run; any other is a folder.
fn journal_paths(asked: &Path, cases: &[Case]) -> Result<Vec<PathBuf>, String> {
    let is_file = asked.extension().is_some_and(|extension| extension == "jsonl");
    if is_file && cases.len() > 1 {
        return Err(format!(
            "{} is one file, and there are {} runs; name a folder",
            asked.display(),
            cases.len()
        ));
    }
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut known = BTreeSet::new();
    for case in cases {
        let path = match is_file {
            true => asked.to_owned(),
            false => asked.join(journal_name(&case.plan)),
        };
        if !known.insert(path.clone()) {
            return Err(format!(
                "two of the runs would write {}; give the scenarios names of their own",
                path.display()
            ));
        }
        paths.push(path);
    }
    Ok(paths)
}

/// `burn-rate.seed-42.jsonl`, and `burn-rate.seed-42.scale-60.jsonl` on a shorter timeline.
fn journal_name(plan: &Plan) -> String {
    let scale = if plan.time_scale == 1.0 { String::new() } else { format!(".scale-{}", plan.time_scale) };
    format!("{}.seed-{}{scale}.jsonl", file_name(&plan.name), plan.seed)
}

/// A scenario's name as a part of a path: whatever could lead elsewhere becomes a dash.
fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || "-_ ".contains(c) { c } else { '-' }).collect()
}

/// Writes beside the path first: a journal is there as a whole or not at all.
fn write(path: &Path, journal: &Journal) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Other processes may be writing the same journal: each has a file of its own until then.
    let unfinished = path.with_extension(format!("jsonl.{}", std::process::id()));
    let mut bytes = Vec::new();
    journal::write(journal, &mut bytes)?;
    let written = fs::write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
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
