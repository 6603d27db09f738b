//! Everything that must pass before a change lands, in the order in which it fails fastest.

use crate::run::{program, run};
use crate::{Failure, clients, collector, differential, main_job, nginx, packages, shipped};

type Step = (&'static str, fn() -> Result<(), Failure>);

const STEPS: [Step; 13] = [
    ("Real components are installed", packages::install_missing),
    ("The code is formatted", || cargo("fmt --all --check")),
    ("Clippy finds nothing", || cargo("clippy --workspace --all-targets -- -D warnings")),
    ("The tests and the examples in the documentation pass", || cargo("test --workspace")),
    ("The documentation has no warnings", documentation),
    ("Promtool, amtool and docker-compose accept what is shipped", shipped::check),
    ("PromQL is what the real Prometheus makes of it", differential::compare),
    ("What services export arrives whole through a real collector", collector::check),
    ("The main job: the right alert pages in time, and README.md shows how", main_job::check),
    ("It holds with other seeds", main_job::seeds),
    ("Toxiproxy's own clients drive sim proxy, and psql sees what it does", clients::drive),
    ("The load generator sends what it says, by the log of nginx", nginx::counts),
    ("It holds live, and both worlds agree", main_job::live),
];

/// Takes the steps one after the other and stops at the first that fails.
pub(crate) fn all() -> Result<(), Failure> {
    for (passed, (heading, step)) in STEPS.iter().enumerate() {
        println!("\n== {}/{} {heading}", passed + 1, STEPS.len());
        if let Err(failure) = step() {
            println!("\nerror: {failure}\n{passed} passed, 1 failed");
            return Err(format!("step {} failed: {heading}", passed + 1));
        }
    }
    println!("\n{} passed, 0 failed", STEPS.len());
    Ok(())
}

fn cargo(arguments: &str) -> Result<(), Failure> {
    run(&mut program("cargo", arguments.split(' ')))
}

fn documentation() -> Result<(), Failure> {
    let doc = "doc --workspace --no-deps --document-private-items";
    run(program("cargo", doc.split(' ')).env("RUSTDOCFLAGS", "-D warnings"))
}
