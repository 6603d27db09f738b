//! From text to a plan.

use std::path::Path;

use scenario_lang::Loader;
use scenario_lang::plan::Plan;
use scenario_lang::vocabulary::Vocabulary;

/// A scenario in memory, and what it imports from the scenarios that the project ships.
struct Text(String);

const MAIN: &str = "main.scn";

impl Loader for Text {
    fn read(&self, name: &str) -> Result<String, String> {
        let shipped = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name);
        match name {
            MAIN => Ok(self.0.clone()),
            _ => std::fs::read_to_string(shipped()).map_err(|error| error.to_string()),
        }
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, String> {
        Ok(vec![pattern.to_owned()])
    }
}

/// The plan of these services and databases, without any load of its own.
pub(crate) fn describe(system: &str) -> Plan {
    let text = Text(format!("scenario \"test\" {{ duration 1h }}\n{system}"));
    let (loaded, mut diagnostics) = scenario_lang::load(MAIN, &text, &Vocabulary::default());
    let (plan, more) = scenario_lang::lower(&loaded);
    diagnostics.extend(more);
    plan.unwrap_or_else(|| panic!("{diagnostics:#?}"))
}
