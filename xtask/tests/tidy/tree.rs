//! The tracked files, and how findings are reported.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One tracked text file.
pub(crate) struct File {
    /// Its path from the root, with forward slashes.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl File {
    /// The lines, each with its number from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// Whether it is a source file of ours, in a language that people write.
    pub(crate) fn is_code(&self) -> bool {
        self.path.ends_with(".rs") || self.path.ends_with(".scn")
    }

    /// The file that a relative link in this one leads to, as a path on this machine.
    pub(crate) fn beside(&self, link: &str) -> PathBuf {
        root().join(&self.path).with_file_name("").join(link)
    }
}

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root")
}

/// Every tracked file that is there and is text.
pub(crate) fn files() -> Vec<File> {
    let listed = Command::new("git").arg("ls-files").current_dir(root()).output().expect("git is installed");
    assert!(listed.status.success(), "the rules are about tracked files: run them in a clone");
    let listed = String::from_utf8(listed.stdout).expect("our file names are plain");
    let read = |path: &str| {
        let text = std::fs::read_to_string(root().join(path)).ok()?;
        Some(File { path: path.into(), text })
    };
    let files: Vec<File> = listed.lines().filter_map(read).collect();
    assert!(!files.is_empty(), "git lists no files");
    files
}

/// The tracked files whose path ends so.
pub(crate) fn ending(suffix: &str) -> Vec<File> {
    files().into_iter().filter(|file| file.path.ends_with(suffix)).collect()
}

/// Fails with every finding, one a line, below what the rule asks for.
#[track_caller]
pub(crate) fn expect_none(rule: &str, findings: impl IntoIterator<Item = String>) {
    let findings: Vec<String> = findings.into_iter().collect();
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}
