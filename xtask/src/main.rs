//! `cargo xtask …`: the chores of the project, and the tests that need real components.
//!
//! - [`test`]: everything that must pass before a change lands, which is also what CI runs
//! - [`packages`]: installs the real components that the tests need
//! - [`shipped`]: the rule files and routes of `compose/`, checked by the tools that own the formats
//! - [`differential`]: our PromQL against the real Prometheus
//! - [`run`]: starting other programs

mod differential;
mod packages;
mod run;
mod shipped;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Why a chore could not be done, as text for a person.
type Failure = String;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The chores of the project")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install what the tests need, then run everything that must pass before a change lands.
    Test,
    /// Check the shipped rule files and routes with promtool and amtool.
    Shipped,
    /// Ask the real Prometheus what we ask our own PromQL, over the same samples.
    Differential,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Test => test::all(),
        Chore::Shipped => packages::install_missing().and_then(|()| shipped::check()),
        Chore::Differential => packages::install_missing().and_then(|()| differential::compare()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
