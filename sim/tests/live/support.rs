//! `sim` as a process, and what it writes.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// What came of a run.
pub(crate) struct Run {
    pub(crate) output: Output,
    folder: TempDir,
}

impl Run {
    /// Flies a scenario of this text, with these arguments.
    pub(crate) fn of(text: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("scenario.scn");
        std::fs::write(&file, text).unwrap();
        let output = sim()
            .arg("run")
            .arg(&file)
            .args(arguments)
            .args(["--quiet", "--journal"])
            .arg(journal(&folder))
            .output();
        Self { output: output.unwrap(), folder }
    }

    /// The journal's records of one kind.
    pub(crate) fn records(&self, kind: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(journal(&self.folder));
        let text = text.unwrap_or_else(|error| panic!("no journal ({error}): {}", self.said()));
        let records = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        records.filter(|record| record["record"] == kind).collect()
    }

    /// What it printed.
    pub(crate) fn said(&self) -> String {
        let text = [&self.output.stdout, &self.output.stderr].map(|text| String::from_utf8_lossy(text));
        text.concat()
    }
}

fn journal(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("journal.jsonl")
}

/// Waits until something holds, for at most half a minute.
#[expect(clippy::disallowed_methods, reason = "the other side is another process, in real time")]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..3_000 {
        if holds() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("in vain: {what}");
}

/// The command, in the folder of the repository.
pub(crate) fn sim() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    command
}
