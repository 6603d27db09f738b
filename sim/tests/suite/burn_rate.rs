//! The main job: the shipped scenario holds, and its journal is the same wherever it is flown.

use std::process::Command;

use crate::support::Stack;
use sha2::{Digest, Sha256};

const RUN: &str = "run scenarios/burn-rate.scn";
const JOURNAL: &str = "sim-out/burn-rate.seed-42.jsonl";

/// Changes with every intended change of what a run does or of the journal's format, and never otherwise: it is the
/// same on every machine.
const REFERENCE: &str = "9761075dccc23907f580a8151206dfabca488e70f92aa661021ce0d79c110873";

#[test]
fn holds_with_evidence_and_the_reference_journal() {
    let stack = Stack::new();
    stack.sim(RUN).expect(0, &["10 held, 0 violated, 0 inconclusive"]);
    let digest: String =
        Sha256::digest(stack.read(JOURNAL)).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, REFERENCE);
}

#[test]
fn the_journal_does_not_depend_on_company_or_processors() {
    let (alone, beside) = (Stack::new(), Stack::new());
    let sim = env!("CARGO_BIN_EXE_sim");
    let pinned = alone.said(Command::new("taskset").args(["-c", "0", sim]).args(RUN.split(' ')));
    pinned.expect(0, &[]);
    beside.sim("run scenarios/burn-rate.scn --seeds 41..42 --jobs 3").expect(0, &[]);
    assert!(alone.read(JOURNAL) == beside.read(JOURNAL), "the journals differ");
    assert!(
        alone.read(JOURNAL) != beside.read("sim-out/burn-rate.seed-41.jsonl"),
        "the seed changes nothing"
    );
}

#[test]
fn every_report_is_made_from_the_journal_alone() {
    let stack = Stack::new();
    let run = stack.sim(RUN);
    let report = |format: &str| stack.sim(&format!("report {JOURNAL} --as {format}"));
    let text = report("text");
    text.expect(0, &["ErrorBudgetBurnFast"]);
    assert!(run.stdout.starts_with(&text.stdout), "the run printed another report");
    report("junit").expect(0, &["<testsuite ", "failures=\"0\""]);
    report("markdown").expect(0, &["| "]);
    let json = report("json");
    json.expect(0, &[]);
    serde_json::from_str::<serde_json::Value>(&json.stdout).expect("it is JSON");
}

#[test]
fn runs_never_overwrite_each_other() {
    let stack = Stack::new();
    stack
        .sim("run scenarios/burn-rate.scn scenarios/burn-rate.scn")
        .expect(2, &["two of the runs would write"]);
    stack.sim("run scenarios/burn-rate.scn --seeds 1..2 --journal a.jsonl").expect(2, &["name a folder"]);
    assert!(!stack.path("sim-out").exists(), "something ran");
}
