//! `sim list`: the scenarios that there are.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::{List, PromqlVersion};
use crate::commands::{complain, print};
use crate::exit::Exit;
use crate::prepare::prepare;

pub(crate) fn list(options: &List) -> Exit {
    let mut files = Vec::new();
    for path in &options.paths {
        if let Err(error) = scenarios_in(path, &mut files) {
            return complain(&format!("cannot list {}: {error}", path.display()));
        }
    }
    files.sort();
    let (mut exit, mut rows, mut text) = (Exit::Held, Vec::new(), String::new());
    for file in files {
        let prepared = prepare(&file, PromqlVersion::default(), 1.0);
        let Some(flown) = prepared.flown else {
            eprint!("{}", prepared.findings.text());
            exit = Exit::Usage;
            continue;
        };
        let plan = flown.plan;
        text += &format!("{:<32} {}\n", file.display().to_string(), first_sentence(&plan.description));
        rows.push(json!({
            "file": file.display().to_string(),
            "name": plan.name,
            "description": plan.description,
            "module": plan.module,
            "seed": plan.seed,
            "duration_seconds": plan.duration.as_secs_f64(),
            "expectations": plan.checks.len(),
        }));
    }
    exit.and(match options.json {
        true => print(&format!("{:#}\n", serde_json::Value::Array(rows))),
        false => print(&text),
    })
}

/// What a description says before its first full stop.
fn first_sentence(description: &str) -> String {
    let text = description.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.find(". ").map_or(text.len(), |stop| stop + 1);
    text[..end].to_owned()
}

/// The scenarios in a folder, other than those in its folders, which hold definitions; or the file itself.
fn scenarios_in(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        std::fs::metadata(path)?;
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "scn") {
            files.push(path);
        }
    }
    Ok(())
}
