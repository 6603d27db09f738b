//! The command line.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use proxies::control;

use crate::commands;
use crate::exit::Exit;

/// A flight simulator for observability: flies a scenario and says, with evidence, whether it was noticed.
#[derive(Debug, Parser)]
#[command(name = "sim", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    every expectation held
  1    an expectation was violated
  2    the command line or a scenario is wrong; nothing ran
  3    it could not run
  4    an expectation could not be judged: inconclusive
  130  interrupted
Over several scenarios and seeds the gravest counts, in the order 2, 3, 1, 4.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Fly scenarios, in virtual time or live, and judge their expectations
    Run(Run),
    /// Say what is wrong with scenarios, without running them
    Check(Check),
    /// Show the report of a journal
    Report(Report),
    /// Put two runs of one scenario side by side: exit code 0 if they agree, 1 if not, 2 if they cannot be compared
    Compare(Compare),
    /// List scenarios
    List(List),
    /// Print the Prometheus rules of a scenario's objectives
    Slo(Slo),
    /// Fly a scenario and print its samples as OpenMetrics
    Export(Export),
    /// Stand between clients and servers, and do to their connections what Toxiproxy's clients ask for
    Proxy(Proxy),
    /// Run one replica of a scenario's service, as a process of its own
    Service(Service),
    /// Receive spans and log lines over OTLP, and say what came
    Observe(Observe),
    /// Explain a diagnostic's code, or a word of the language
    Explain(Explain),
    /// Run a program that dies with its parent
    #[command(hide = true)]
    Keep(Keep),
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Scenario files
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Use this seed instead of the scenario's own
    #[arg(long, value_name = "N", conflicts_with = "seeds")]
    pub(crate) seed: Option<u64>,
    /// Run once for each of these seeds, both ends included: 1..20
    #[arg(long, value_name = "A..B", value_parser = seeds)]
    pub(crate) seeds: Option<Seeds>,
    /// How many flights go on side by side; all processors by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Write the journals into this folder; or that of a single run to this file, if it ends in .jsonl
    #[arg(long, value_name = "PATH", default_value = "sim-out")]
    pub(crate) journal: PathBuf,
    /// Which PromQL the rules are read in
    #[arg(long, value_enum, default_value_t)]
    pub(crate) promql: PromqlVersion,
    /// Fly on real processes, sockets and components instead of in virtual time
    #[arg(long, conflicts_with = "jobs")]
    pub(crate) live: bool,
    /// How many threads send the load of a live run, and as many hand it through the proxies
    #[arg(long, value_name = "N", requires = "live", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) workers: u16,
    /// Shorten the timeline by this factor: with 60, hours run as minutes. Rates, work, latencies and limits stay
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = time_scale)]
    pub(crate) time_scale: f64,
    /// Show no progress
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Scenario files
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Shorten the timeline by this factor: with 60, hours run as minutes. Rates, work, latencies and limits stay
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = time_scale)]
    pub(crate) time_scale: f64,
    /// How to print what is found
    #[arg(long = "format", value_enum, default_value_t)]
    pub(crate) format: DiagnosticFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// A journal that a run has written
    pub(crate) journal: PathBuf,
    /// The format: text, json, junit or markdown
    #[arg(long = "as", value_name = "FORMAT", default_value = "text")]
    pub(crate) format: String,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// The journal of one run
    pub(crate) first: PathBuf,
    /// The journal of another
    pub(crate) second: PathBuf,
    /// How to print the comparison
    #[arg(long = "as", value_enum, value_name = "FORMAT", default_value_t)]
    pub(crate) format: DiagnosticFormat,
    /// How far the error ratios may be apart, 0 to 1
    #[arg(long, value_name = "RATIO", default_value_t = 0.002, value_parser = tolerance)]
    pub(crate) error_ratio_tolerance: f64,
    /// How far latency quantiles may be apart, as a share of the first run's; by default they are shown only
    #[arg(long, value_name = "SHARE", value_parser = tolerance)]
    pub(crate) latency_tolerance: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Scenario files, or folders of them
    #[arg(default_value = "scenarios")]
    pub(crate) paths: Vec<PathBuf>,
    /// As JSON, for a CI matrix
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Slo {
    /// A scenario, or a file that it imports
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// A scenario file
    pub(crate) file: PathBuf,
    /// Use this seed instead of the scenario's own
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Shorten the timeline by this factor: with 60, hours run as minutes. Rates, work, latencies and limits stay
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = time_scale)]
    pub(crate) time_scale: f64,
    /// Only the series that this selector matches; may be given several times
    #[arg(long = "match", value_name = "SELECTOR")]
    pub(crate) selectors: Vec<String>,
    /// Instead of samples: the value of every rule's expression at twenty instants, as JSON lines
    #[arg(long)]
    pub(crate) evaluate: bool,
    /// Which PromQL the rules are read in
    #[arg(long, value_enum, default_value_t)]
    pub(crate) promql: PromqlVersion,
}

#[derive(Debug, Args)]
pub(crate) struct Service {
    /// Its name
    pub(crate) service: String,
    /// The scenario file, or one that it imports
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,
    /// Which of its replicas, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) replica: u32,
    /// Where it listens; without, on the socket that its parent has put in place of standard input
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Where a service is that it calls: SERVICE=HOST:PORT, or SERVICE/REPLICA=HOST:PORT
    #[arg(long = "peer", value_name = "NAME=PLACE", value_parser = named)]
    pub(crate) peers: Vec<Named>,
    /// Where a database is that it queries: NAME=host=HOST port=PORT user=USER
    #[arg(long = "database", value_name = "NAME=PLACE", value_parser = named)]
    pub(crate) databases: Vec<Named>,
    /// Where its spans and log lines go, over OTLP and HTTP; without, nowhere
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) otlp: Option<String>,
    /// Use this seed instead of the scenario's own
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Proxy {
    /// A first proxy, named default: where it listens
    #[arg(long, value_name = "ADDRESS", requires = "upstream")]
    pub(crate) listen: Option<String>,
    /// Where the first proxy leads: HOST:PORT
    #[arg(long, value_name = "ADDRESS", requires = "listen")]
    pub(crate) upstream: Option<String>,
    /// Where the control API and /metrics are
    #[arg(long, value_name = "ADDRESS", default_value = control::DEFAULT_ADDRESS)]
    pub(crate) control: SocketAddr,
    /// Proxies to begin with, as a JSON list in Toxiproxy's format
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What decides which connections a toxic hits, together with its name
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// How many threads serve connections
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) workers: u16,
    /// What callers of the control API must know; without it, the API is on loopback only
    #[arg(long, value_name = "TOKEN", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) token: Option<String>,
}

/// `NAME=PLACE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) place: String,
}

fn named(text: &str) -> Result<Named, String> {
    let (name, place) = text.split_once('=').ok_or("write NAME=PLACE")?;
    Ok(Named { name: name.to_owned(), place: place.to_owned() })
}

#[derive(Debug, Args)]
pub(crate) struct Observe {
    /// Where it listens for OTLP over HTTP
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4318")]
    pub(crate) listen: SocketAddr,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A code such as SCN014, or a word such as abort
    pub(crate) word: String,
}

#[derive(Debug, Args)]
pub(crate) struct Keep {
    /// What the program is sent when its parent dies
    #[arg(long, value_enum, default_value_t)]
    pub(crate) signal: DeathSignal,
    /// The process that must still be the parent
    #[arg(long, value_name = "PID")]
    pub(crate) parent: Option<i32>,
    /// The program and its arguments
    #[arg(required = true, last = true)]
    pub(crate) command: Vec<OsString>,
}

/// What a program is sent when its parent dies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeathSignal {
    /// SIGKILL
    #[default]
    Kill,
    /// SIGQUIT: PostgreSQL's immediate shutdown, which ends its workers as well
    Quit,
    /// SIGTERM
    Term,
}

/// Which release's semantics PromQL has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PromqlVersion {
    /// Prometheus 2: ranges include their left boundary
    V2,
    /// Prometheus 3: they do not
    #[default]
    V3,
}

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiagnosticFormat {
    /// For people, with carets
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// Seeds from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seeds {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

fn seeds(text: &str) -> Result<Seeds, String> {
    let wanted = || "write the first and the last seed, such as 1..20".to_owned();
    let (first, last) = text.split_once("..").ok_or_else(wanted)?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text:?}: {error}; {}", wanted()));
    let seeds = Seeds { first: number(first)?, last: number(last)? };
    match seeds.last.checked_sub(seeds.first) {
        None => Err("the last seed is below the first".to_owned()),
        Some(1_000_000..) => Err("at most a million seeds".to_owned()),
        Some(_) => Ok(seeds),
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(tolerance) if tolerance.is_finite() && tolerance >= 0.0 => Ok(tolerance),
        _ => Err("write a number of at least 0, such as 0.002".to_owned()),
    }
}

fn time_scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(factor) if factor.is_finite() && factor >= 1.0 => Ok(factor),
        _ => Err("write a number of at least 1, such as 60".to_owned()),
    }
}

impl Command {
    /// Does it.
    pub(crate) fn run(self) -> Exit {
        match self {
            Self::Run(run) => commands::run::run(&run),
            Self::Check(check) => commands::check::check(&check),
            Self::Report(report) => commands::report::report(&report),
            Self::Compare(compare) => commands::compare::compare(&compare),
            Self::List(list) => commands::list::list(&list),
            Self::Slo(slo) => commands::slo::slo(&slo),
            Self::Export(export) => commands::export::export(&export),
            Self::Proxy(proxy) => commands::proxy::proxy(proxy),
            Self::Service(service) => commands::service::service(&service),
            Self::Observe(observe) => commands::observe::observe(&observe),
            Self::Explain(explain) => commands::explain::explain(&explain),
            Self::Keep(keep) => commands::keep::keep(&keep),
        }
    }
}
