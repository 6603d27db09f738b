//! `cargo xtask …`: the chores of the project, and the tests that need real components.
//!
//! - [`test`](mod@test): everything that must pass before a change lands, which is also what CI runs
//! - [`packages`]: installs the real components that the tests need
//! - [`shipped`]: what `compose/` ships, checked by the tools that own the formats
//! - [`collector`]: our telemetry through a real collector
//! - [`differential`]: our PromQL against the real Prometheus
//! - [`conformance`]: our PromQL against the Prometheus project's own test files
//! - [`main_job`]: the scenario of the README, and the picture of it there
//! - [`nginx`]: the load generator against a server that counts
//! - [`clients`]: `sim proxy`, driven by Toxiproxy's own clients
//! - [`run`]: starting other programs; [`running`]: those that run beside a test; [`http`]: asking servers

mod clients;
mod collector;
mod conformance;
mod differential;
mod http;
mod main_job;
mod nginx;
mod packages;
mod run;
mod running;
mod shipped;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use observatory::promql::Semantics;

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
    /// Check what `compose/` ships with promtool, amtool and docker-compose.
    Shipped,
    /// Ask the real Prometheus what we ask our own PromQL, over the same samples.
    Differential,
    /// Send what services export through a real collector, and count what arrives.
    Collector,
    /// Drive `sim proxy` with Toxiproxy's own clients, and look at PostgreSQL through it.
    Clients,
    /// Count the load generator's requests in the log of nginx.
    Nginx,
    /// Fly the main job live and in virtual time, and hold one against the other.
    Live,
    /// Fly the main job and put what it prints into README.md.
    Readme,
    /// Run test files in the Prometheus project's format.
    Conformance {
        /// What is tested.
        #[arg(value_enum)]
        subject: Subject,
        /// Which release's semantics PromQL has.
        #[arg(long, value_enum, default_value_t)]
        promql: Version,
        /// The folder of the `.test` files.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
    },
}

/// What there are conformance tests for.
#[derive(Clone, Copy, ValueEnum)]
enum Subject {
    /// The query language.
    Promql,
}

/// Which release's semantics PromQL has.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Version {
    /// Prometheus 2: ranges include their left boundary.
    V2,
    /// Prometheus 3: they do not.
    #[default]
    V3,
}

impl From<Version> for Semantics {
    fn from(version: Version) -> Self {
        match version {
            Version::V2 => Self::V2,
            Version::V3 => Self::V3,
        }
    }
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Test => test::all(),
        Chore::Shipped => packages::install_missing().and_then(|()| shipped::check()),
        Chore::Differential => packages::install_missing().and_then(|()| differential::compare()),
        Chore::Collector => packages::install_missing().and_then(|()| collector::check()),
        Chore::Nginx => nginx::counts(),
        Chore::Clients => clients::drive(),
        Chore::Live => main_job::live(),
        Chore::Readme => main_job::write_readme(),
        Chore::Conformance { subject: Subject::Promql, promql, dir } => {
            conformance::promql(&dir, promql.into())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
