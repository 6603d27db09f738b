//! The command `sim`: composes a world, runs it, and hands the evidence to `verdict`. The only crate that knows the
//! command line, files, the terminal and exit codes.
//!
//! - [`cli`]: the command line
//! - [`commands`]: one file for each command
//! - [`prepare`]: from a file to a plan with its rules and routes, or to diagnostics
//! - [`timeline`]: plan, rules and routes on a shorter timeline
//! - [`flight`]: one run in virtual time; [`live`]: one on real processes, sockets and components
//! - [`terminal`], [`files`], [`exit`]: what the operating system offers

mod cli;
mod commands;
mod exit;
mod files;
mod flight;
mod live;
mod prepare;
mod terminal;
mod timeline;
mod vocabulary;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cli::Cli::parse().command.run().into()
}
