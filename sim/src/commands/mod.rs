//! The commands, one file each.

pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod keep;
pub(crate) mod list;
mod live;
pub(crate) mod observe;
pub(crate) mod proxy;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod service;
pub(crate) mod slo;

use std::io::{self, Write};

use crate::exit::Exit;

/// Writes to standard output; a reader that has gone away (`sim list | head`) is no failure.
fn print(text: &str) -> Exit {
    match io::stdout().lock().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&format!("cannot write: {error}"))
        }
        _ => Exit::Held,
    }
}

/// Says why it could not be done.
fn complain(problem: &str) -> Exit {
    eprintln!("error: {problem}");
    Exit::CouldNotRun
}
