//! `sim check`: all diagnostics, nothing runs.

use crate::cli::{Check, DiagnosticFormat, PromqlVersion};
use crate::commands::print;
use crate::exit::Exit;
use crate::prepare::prepare;

pub(crate) fn check(options: &Check) -> Exit {
    let mut exit = Exit::Held;
    let mut text = String::new();
    for file in &options.files {
        let prepared = prepare(file, PromqlVersion::default(), options.time_scale);
        text += &match options.format {
            DiagnosticFormat::Text => prepared.findings.text(),
            DiagnosticFormat::Json => prepared.findings.json(),
        };
        match prepared.flown {
            None => exit = exit.and(Exit::Usage),
            Some(_) if options.format == DiagnosticFormat::Text => {
                text += &format!("{}: {}\n", file.display(), prepared.findings.summary());
            }
            Some(_) => {}
        }
    }
    exit.and(print(&text))
}
