//! The same samples, the same questions, two engines: ours and the real Prometheus 2.
//!
//! A short run is exported twice: its samples, which the real Prometheus is filled with, and what we make of every
//! rule expression and selector at twenty instants. Prometheus is asked the same, and must say the same.
//!
//! - [`answer`]: what an engine says, and how two answers are compared
//! - [`prometheus`]: a real server, as long as it is needed

mod answer;
mod prometheus;

use std::fs::{self, File};
use std::path::Path;

use answer::{Answer, Question};
use prometheus::Prometheus;

use crate::Failure;
use crate::run::{output, program, root, run, sim};

/// Short, so that its samples are few; it has the rules, the services and the fault of the main job, and rules of its own that
/// ask for every selector and for what the shipped rules do not use.
const SCENARIO: &str = "xtask/differential/scenario.scn";

/// Both exports are of the same flight: what rules record depends on the semantics, too.
const EXPORT: [&str; 4] = ["export", SCENARIO, "--promql", "v2"];

/// More differences than anybody reads.
const SHOWN: usize = 20;

/// Compares, and fails with the differences.
pub(crate) fn compare() -> Result<(), Failure> {
    let folder = root().join("target/xtask/differential");
    let failed = |error| format!("{} cannot be prepared: {error}", folder.display());
    fs::remove_dir_all(&folder)
        .or_else(|error| if folder.exists() { Err(error) } else { Ok(()) })
        .map_err(failed)?;
    fs::create_dir_all(&folder).map_err(failed)?;

    let ours = our_answers()?;
    load_samples(&folder)?;
    let prometheus = Prometheus::start(&folder)?;
    let mut differences = Vec::new();
    let mut values = 0;
    for (question, our) in &ours {
        let theirs = Answer::from_prometheus(&prometheus.query(question)?)?;
        values += theirs.len();
        differences.extend(our.differences(&theirs).into_iter().map(|found| format!("{question}: {found}")));
    }
    drop(prometheus);

    println!("{} questions, {values} values, {} differences", ours.len(), differences.len());
    match (values, differences.is_empty()) {
        (0, _) => Err("Prometheus had an answer to nothing: the comparison proves nothing".into()),
        (_, true) => Ok(()),
        (_, false) => {
            differences.truncate(SHOWN);
            Err(format!("ours and Prometheus differ:\n{}", differences.join("\n")))
        }
    }
}

/// What we say.
fn our_answers() -> Result<Vec<(Question, Answer)>, Failure> {
    let lines = output(sim(EXPORT)?.arg("--evaluate"))?;
    let ours: Vec<_> = lines.lines().map(Answer::from_ours).collect::<Result<_, _>>()?;
    if ours.is_empty() { Err(format!("{SCENARIO} has no rules to compare")) } else { Ok(ours) }
}

/// Exports the samples and makes blocks of them that a Prometheus can read.
fn load_samples(folder: &Path) -> Result<(), Failure> {
    let samples = folder.join("samples.om");
    let file = File::create(&samples).map_err(|error| format!("{}: {error}", samples.display()))?;
    run(sim(EXPORT)?.stdout(file))?;
    // Blocks of a day: the default of two hours makes many small ones.
    let create = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=24h"];
    run(program("promtool", create).arg(&samples).arg(folder.join("data")))
}
