//! `cargo xtask conformance promql`: the test files of the Prometheus project over our PromQL.

use std::fs;
use std::path::{Path, PathBuf};

use observatory::conformance::{Report, run};
use observatory::promql::{Options, Semantics};

use crate::Failure;

/// Runs every `.test` file of a folder and prints how many evaluations gave what the file expects. Evaluations that need
/// native histograms count as failed, but do not make the whole fail: they are not supported.
pub(crate) fn promql(folder: &Path, semantics: Semantics) -> Result<(), Failure> {
    let (mut passed, mut failed, mut wrong) = (0, 0, 0);
    for path in test_files(folder)? {
        let name = path.display();
        let text = fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
        let options = Options { semantics, ..Options::default() };
        let Report { passed: right, failures } =
            run(&text, &options).map_err(|error| format!("{name}: {error}"))?;
        let (native, others): (Vec<_>, Vec<_>) = failures.into_iter().partition(|failure| failure.native);
        for failure in &others {
            println!("{name}:{}: `{}`: {}", failure.line, failure.query, failure.reason);
        }
        if !native.is_empty() {
            println!("{name}: {} need native histograms, which are not supported", native.len());
        }
        println!("{name}: {right} passed, {} failed", native.len() + others.len());
        passed += right;
        failed += native.len() + others.len();
        wrong += others.len();
    }
    println!("{passed} passed, {failed} failed");
    match wrong {
        0 => Ok(()),
        _ => Err(format!("{wrong} evaluations did not give what Prometheus expects")),
    }
}

/// The `.test` files of a folder, sorted by name.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(|error| format!("{}: {error}", folder.display()))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "test"));
    paths.sort();
    match paths.is_empty() {
        true => Err(format!("{} has no `.test` files", folder.display())),
        false => Ok(paths),
    }
}
