//! A copy of the shipped scenario and of all that it names, to break and to run.

#![allow(dead_code, unreachable_pub, reason = "every test uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folders of the shipped scenario in a place of their own.
pub(crate) struct Stack {
    root: tempfile::TempDir,
}

/// What a command said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Stack {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().expect("a folder for temporary files");
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for folder in ["scenarios", "compose"] {
            copy(&repository.join(folder), &root.path().join(folder));
        }
        Self { root }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Replaces a piece of text that must be there.
    pub(crate) fn edit(self, name: &str, from: &str, to: &str) -> Self {
        let path = self.path(name);
        let text = fs::read_to_string(&path).expect("the file is part of the copy");
        assert!(text.contains(from), "{name} no longer contains {from:?}");
        fs::write(path, text.replace(from, to)).expect("the copy can be written");
        self
    }

    /// Runs `sim` in the copy, with the arguments between the spaces.
    pub(crate) fn sim(&self, arguments: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
        self.said(command.args(arguments.split(' ')))
    }

    /// Runs a command in the copy.
    pub(crate) fn said(&self, command: &mut Command) -> Said {
        let output = command.current_dir(self.root.path()).output().expect("it starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
        Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// A file of the copy.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

impl Said {
    /// That it ended with this code and said all of this.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, said: &[&str]) {
        let all = format!("{}{}", self.stdout, self.stderr);
        assert_eq!(self.code, Some(code), "{all}");
        for text in said {
            assert!(all.contains(text), "nothing of {text:?} in:\n{all}");
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the copy can be written");
    for entry in fs::read_dir(from).expect("the repository has the folder") {
        let entry = entry.expect("the folder can be read");
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("the copy can be written")),
        }
    }
}
