//! `sim compare`: two runs of one scenario side by side.

use std::path::Path;

use verdict::compare::{Tolerances, compare as compared};
use verdict::journal::{self, Journal};

use crate::cli::{Compare, DiagnosticFormat};
use crate::commands::print;
use crate::exit::Exit;

pub(crate) fn compare(options: &Compare) -> Exit {
    let Compare { first, second, format, error_ratio_tolerance, latency_tolerance } = options;
    let tolerances = Tolerances { error_ratio: *error_ratio_tolerance, latency: *latency_tolerance };
    let comparison = read(first)
        .and_then(|a| Ok((a, read(second)?)))
        .and_then(|(a, b)| compared(&a, &b, &tolerances).map_err(|error| error.to_string()));
    let comparison = match comparison {
        Ok(comparison) => comparison,
        Err(problem) => {
            eprintln!("error: {problem}");
            return Exit::Usage;
        }
    };
    let names = [first, second].map(|path| path.display().to_string());
    let text = match format {
        DiagnosticFormat::Text => comparison.text(names.each_ref().map(String::as_str)),
        DiagnosticFormat::Json => comparison.json(),
    };
    print(&text).and(if comparison.agree { Exit::Held } else { Exit::Violated })
}

fn read(path: &Path) -> Result<Journal, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    journal::read(&text).map_err(|error| format!("{shown}: {error}"))
}
