//! `sim report`: a journal in one of the report formats. A run is recorded once and reported many times.

use crate::cli::Report;
use crate::commands::{complain, print};
use crate::exit::Exit;

pub(crate) fn report(options: &Report) -> Exit {
    let path = options.journal.display();
    let Some(format) = verdict::reports::report(&options.format) else {
        let known: Vec<&str> = verdict::reports::TABLE.iter().map(|format| format.name).collect();
        eprintln!("error: there is no report format `{}`; there are {}", options.format, known.join(", "));
        return Exit::Usage;
    };
    let text = match std::fs::read_to_string(&options.journal) {
        Ok(text) => text,
        Err(error) => return complain(&format!("cannot read {path}: {error}")),
    };
    match verdict::journal::read(&text) {
        Ok(journal) => print(&(format.render)(&journal, crate::terminal::layout())),
        Err(error) => complain(&format!("{path}: {error}")),
    }
}
