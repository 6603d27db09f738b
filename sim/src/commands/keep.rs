//! `sim keep`: runs a foreign program that dies with its parent.

use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

use super::complain;
use crate::cli;
use crate::exit::Exit;

/// Becomes the program; returns only if that is not possible.
pub(crate) fn keep(keep: &cli::Keep) -> Exit {
    let signal = match keep.signal {
        cli::DeathSignal::Kill => Signal::KILL,
        cli::DeathSignal::Quit => Signal::QUIT,
        cli::DeathSignal::Term => Signal::TERM,
    };
    if let Err(error) = set_parent_process_death_signal(Some(signal)) {
        return complain(&format!("the program could outlive its parent: {error}"));
    }
    // A parent that has died before the line above sends nothing any more.
    if keep.parent.is_some_and(|parent| parent != Pid::as_raw(getppid())) {
        return complain("the process that asked for the program has ended");
    }
    let Some((program, arguments)) = keep.command.split_first() else {
        return complain("no program is named");
    };
    let error = Command::new(program).args(arguments).exec();
    complain(&format!("cannot start {}: {error}", program.display()))
}
