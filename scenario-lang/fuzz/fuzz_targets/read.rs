//! Any bytes, as the main file of a scenario, go the whole way from text to plan: `cargo fuzz run read`.

#![no_main]

#[path = "../../tests/suite/common.rs"]
mod common;

use common::{Files, vocabulary};
use libfuzzer_sys::fuzz_target;
use scenario_lang::diagnostic::render;
use scenario_lang::surroundings::Surroundings;
use scenario_lang::{check, load, lower};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let files = Files::shipped().with("scenarios/x.scn", &text);
    let (loaded, mut diagnostics) = load("scenarios/x.scn", &files, &vocabulary());
    let (plan, more) = lower(&loaded);
    diagnostics.extend(more);
    if let Some(plan) = &plan {
        diagnostics.extend(check(&loaded, plan, &Surroundings::default()));
    }
    for diagnostic in &diagnostics {
        render(diagnostic, &loaded.sources, false);
    }
});
