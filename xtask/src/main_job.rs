//! The scenario that stands for the whole product, and the picture of it in the README.

use std::fs;

use crate::Failure;
use crate::run::{line, output, root, run, sim};

/// What stands around the picture.
const OPENING: &str = "<!-- A real run; `cargo xtask readme` writes it. -->\n```text\n";
const CLOSING: &str = "```\n<!-- End of the run. -->";

/// Flies it: every expectation holds, and the README shows what it really prints.
pub(crate) fn check() -> Result<(), Failure> {
    let printed = fly()?;
    print!("{printed}");
    let readme = readme()?;
    match with_picture(&readme, &printed)? == readme {
        true => Ok(()),
        false => Err("README.md shows another run; `cargo xtask readme` writes this one".into()),
    }
}

/// How many seeds it is flown with, and for how many of them everything must hold: chance may decide one.
const SEEDS: usize = 20;
const MUST_HOLD: usize = 19;

/// Flies it with other seeds: what holds does not hang on luck.
pub(crate) fn seeds() -> Result<(), Failure> {
    let seeds = format!("1..{SEEDS}");
    let mut command = sim(["run", "scenarios/burn-rate.scn", "--quiet", "--seeds", &seeds])?;
    let output = command.output().map_err(|error| format!("{}: {error}", line(&command)))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    print!("{printed}");
    let held = printed.lines().filter(|line| line.starts_with('✓')).count();
    match held >= MUST_HOLD {
        true => Ok(()),
        false => Err(format!("everything held with {held} of {SEEDS} seeds; {MUST_HOLD} must")),
    }
}

/// Flies it on real processes, with the real Prometheus and Alertmanager, and in virtual time, both on a timeline of
/// minutes, and holds one against the other.
pub(crate) fn live() -> Result<(), Failure> {
    let folder = root().join("target/xtask/live");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let journals =
        ["virtual", "live"].map(|world| folder.join(format!("{world}.jsonl")).display().to_string());
    let scaled = ["run", "scenarios/burn-rate.scn", "--time-scale", "60", "--quiet", "--journal"];
    output(&mut sim(scaled.into_iter().chain([&*journals[0]]))?)?;
    run(&mut sim(scaled.into_iter().chain([&*journals[1], "--live"]))?)?;
    run(&mut sim(["compare", &*journals[0], &*journals[1]])?)
}

/// Puts what it prints into the README.
pub(crate) fn write_readme() -> Result<(), Failure> {
    let text = with_picture(&readme()?, &fly()?)?;
    fs::write(root().join("README.md"), text).map_err(|error| format!("README.md: {error}"))
}

/// Fails if an expectation does not hold.
fn fly() -> Result<String, Failure> {
    output(&mut sim(["run", "scenarios/burn-rate.scn"])?)
}

fn readme() -> Result<String, Failure> {
    fs::read_to_string(root().join("README.md")).map_err(|error| format!("README.md: {error}"))
}

fn with_picture(readme: &str, picture: &str) -> Result<String, Failure> {
    let parts =
        readme.split_once(OPENING).and_then(|(before, rest)| Some((before, rest.split_once(CLOSING)?)));
    let (before, (_, after)) = parts.ok_or("README.md has no place for the run")?;
    Ok(format!("{before}{OPENING}{picture}{CLOSING}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_replaced_and_nothing_else() {
        let readme = format!("a\n{OPENING}old\n{CLOSING}\nb\n");
        let new = with_picture(&readme, "new\n").unwrap();
        assert_eq!(new, format!("a\n{OPENING}new\n{CLOSING}\nb\n"));
        assert!(with_picture("a", "new").is_err());
    }
}
