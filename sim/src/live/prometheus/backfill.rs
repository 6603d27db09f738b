//! A past that Prometheus did not see, put into its store before it starts.

use std::path::Path;

use live_world::timer::Timer;

use crate::live::process::{Process, kept};
use crate::live::programs::Program;

const PROMTOOL: Program = Program { names: &["promtool"], package: "prometheus", versions: None };

/// Writes blocks of samples into the folder of a server that does not run yet. The text is OpenMetrics with a timestamp
/// at each sample, and ends with `# EOF`.
///
/// # Errors
/// `promtool` is not installed, or refuses the text.
pub(super) async fn create_blocks(
    timer: &Timer,
    sim: &Path,
    folder: &Path,
    data: &Path,
    history: &str,
) -> Result<(), String> {
    let program = PROMTOOL.find()?;
    let (file, log) = (folder.join("history.om"), folder.join("history.log"));
    std::fs::write(&file, history).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    let mut command = kept(sim, "kill", program);
    // By default a block holds two hours, and the file is read once for each block.
    command
        .args(["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=24h"])
        .arg(&file)
        .arg(data);
    let mut process = Process::spawn("promtool", command, &log)?;
    let status = process.wait(timer).await;
    if !status.success() {
        return Err(format!(
            "the history cannot be put into Prometheus ({status}); {}",
            process.last_words()
        ));
    }
    // It can be large, and is in the blocks now.
    std::fs::remove_file(&file).map_err(|error| format!("cannot remove {}: {error}", file.display()))
}
