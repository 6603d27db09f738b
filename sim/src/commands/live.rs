//! `sim run --live`: the same scenario on real processes, sockets and components.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use verdict::journal::{Journal, World};
use verdict::verdict::Outcome;

use crate::flight::pool::{Case, StopOnPanic, line};
use crate::flight::progress::Progress;
use crate::flight::{fly, without_faults};
use crate::live::run::{self, Failed, Settings};
use crate::terminal::show_while;

/// How the folders of live runs begin; the process' id follows.
const PREFIX: &str = "sim-live-";

/// What a live run of a case has come to.
pub(super) struct Flown {
    pub(super) journal: Journal,
    /// Whether somebody ended it before its time.
    pub(super) interrupted: bool,
    /// What went otherwise than planned.
    pub(super) remarks: Vec<String>,
}

/// Flies a case live and judges it. Its twin without faults is flown in virtual time.
pub(super) fn fly_live(case: &Case, workers: u16, quiet: bool) -> Result<Flown, Failed> {
    let folder = folder().map_err(|error| format!("there is no place for logs: {error}"))?;
    let settings = Settings { workers: u64::from(workers), folder: folder.path().to_owned() };
    let (twin, _) = fly(&without_faults(&case.plan), &case.watch, &Progress::default());
    let (progress, done) = (Progress::default(), AtomicBool::new(false));
    let landed = std::thread::scope(|scope| {
        let screen = scope.spawn(|| show_while(quiet, &done, || line(case, (0, 1), &progress)));
        let _stop = StopOnPanic(&done);
        let landed = run::fly(case, &settings, &progress);
        done.store(true, Ordering::Relaxed);
        screen.thread().unpark();
        landed
    })?;
    let mut verdicts = verdict::judge(&landed.plan, &landed.flight, Some(&twin));
    if landed.interrupted {
        // What was still to come cannot be judged.
        for verdict in &mut verdicts {
            verdict.outcome = Outcome::Inconclusive;
            verdict.reason = format!("the run was interrupted; until then: {}", verdict.reason);
        }
    }
    let journal = Journal::new(&landed.plan, &case.file, World::Live, &landed.flight, Some(&twin), verdicts);
    Ok(Flown { journal, interrupted: landed.interrupted, remarks: landed.remarks })
}

/// A folder that goes away with the run; those of runs that were killed go with it. Others may pass through it, as a
/// database runs as a user of its own.
fn folder() -> std::io::Result<TempDir> {
    for entry in std::env::temp_dir().read_dir()?.flatten() {
        let name = entry.file_name();
        let of =
            name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse::<u32>().ok());
        if of.is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists()) {
            // One that somebody else left may not be ours to remove.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    let folder = tempfile::Builder::new().prefix(&format!("{PREFIX}{}-", std::process::id())).tempdir()?;
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o711))?;
    Ok(folder)
}
