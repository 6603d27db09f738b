//! Child processes: their logs go into files, and none outlives this process.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use live_world::timer::Timer;
use rustix::process::{Pid, Signal, kill_process};

/// A child process. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    stop: Signal,
}

/// How often a child is asked whether it has ended, and a component whether it is ready.
const POLL_NS: u64 = 10_000_000;

/// How much of a log is shown where a child has failed.
const TAIL_BYTES: u64 = 2_000;

/// A command that runs a foreign program which dies with this process, by way of `sim keep`; `sim` is the path of this
/// program. The signal comes when the *thread* ends that has started it.
pub(crate) fn kept(sim: &Path, signal: &str, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(sim);
    command
        .args(["keep", "--signal", signal, "--parent", &std::process::id().to_string(), "--"])
        .arg(program);
    command
}

impl Process {
    /// Starts it, with everything it prints going to the end of a file.
    ///
    /// # Errors
    /// The file cannot be written or the program not be started.
    pub(crate) fn spawn(name: &str, command: Command, log: &Path) -> Result<Self, String> {
        Self::start(name, command, log, Stdio::null())
    }

    /// Starts it with a socket in place of its standard input.
    ///
    /// # Errors
    /// As for [`Self::spawn`].
    pub(crate) fn spawn_on(
        name: &str,
        command: Command,
        log: &Path,
        socket: OwnedFd,
    ) -> Result<Self, String> {
        Self::start(name, command, log, socket.into())
    }

    fn start(name: &str, mut command: Command, log: &Path, input: Stdio) -> Result<Self, String> {
        let opened = File::options().create(true).append(true).open(log);
        let opened = opened.and_then(|file| Ok((file.try_clone()?, file)));
        let (out, err) = opened.map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        // Ctrl-C in a terminal goes to the whole group of processes, and is ours to answer.
        command.process_group(0);
        command.stdin(input).stdout(out).stderr(err);
        let child = command.spawn().map_err(|error| {
            format!("cannot start {name} ({}): {error}", command.get_program().to_string_lossy())
        })?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned(), stop: Signal::TERM })
    }

    /// The same process, to be ended by another signal than SIGTERM.
    pub(crate) fn stopped_by(mut self, stop: Signal) -> Self {
        self.stop = stop;
        self
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Nothing, as long as it runs.
    ///
    /// # Errors
    /// It has ended; with what it said last.
    pub(crate) fn still_runs(&mut self) -> Result<(), String> {
        match self.ended() {
            None => Ok(()),
            Some(status) => Err(format!("{} has ended ({status}); {}", self.name, self.last_words())),
        }
    }

    /// Waits until it has ended.
    pub(crate) async fn wait(&mut self, timer: &Timer) -> ExitStatus {
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            timer.sleep(POLL_NS).await;
        }
    }

    /// Sends it a signal. One that has ended already gets none.
    pub(crate) fn signal(&mut self, signal: Signal) {
        if self.ended().is_none() {
            // It is ours and not reaped, so that its id belongs to nobody else.
            let _ = kill_process(Pid::from_child(&self.child), signal);
        }
    }

    /// Asks it to end, waits for so long, and kills it then. Says how it ended.
    pub(crate) async fn terminate(&mut self, timer: &Timer, grace_ns: u64) -> ExitStatus {
        self.signal(self.stop);
        match sim_core::sync::within(self.wait(timer), timer.sleep(grace_ns)).await {
            Some(status) => status,
            None => {
                self.signal(Signal::KILL);
                self.wait(timer).await
            }
        }
    }

    /// Waits until `probe` succeeds.
    ///
    /// # Errors
    /// It has ended, or was not ready in time; with what it said last.
    pub(crate) async fn until_ready(
        &mut self,
        timer: &Timer,
        limit_ns: u64,
        mut probe: impl AsyncFnMut() -> Result<(), String>,
    ) -> Result<(), String> {
        let deadline_ns = timer.clock().now_ns().saturating_add_unsigned(limit_ns);
        loop {
            let Err(cause) = probe().await else { return Ok(()) };
            if let Some(status) = self.ended() {
                return Err(format!("{} has ended at once ({status}); {}", self.name, self.last_words()));
            }
            if timer.clock().now_ns() >= deadline_ns {
                let (name, limit_s) = (&self.name, limit_ns / 1_000_000_000);
                return Err(format!("{name} is not ready after {limit_s} s: {cause}; {}", self.last_words()));
            }
            timer.sleep(POLL_NS).await;
        }
    }

    /// The end of its log.
    pub(crate) fn last_words(&self) -> String {
        let path = self.log.display();
        match tail(&self.log) {
            Ok(text) if text.trim().is_empty() => format!("it has printed nothing ({path})"),
            Ok(text) => format!("its log {path} ends with:\n{}", text.trim_end()),
            Err(error) => format!("its log {path} cannot be read: {error}"),
        }
    }
}

fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.ended().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;
    use crate::live::testing::{on_one_thread, sim};

    const SECOND: u64 = 1_000_000_000;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn one_that_obeys_ends_by_itself_and_one_that_does_not_is_killed() {
        on_one_thread(async |timer| {
            let folder = tempfile::tempdir().unwrap();
            let log = folder.path().join("log");
            let scripts = [
                "trap 'exit 7' TERM; echo on; while :; do sleep 0.01; done",
                "trap '' TERM; echo on; sleep 60",
            ];
            let mut ends = Vec::new();
            for (index, script) in scripts.into_iter().enumerate() {
                let mut process = Process::spawn("sh", shell(script), &log).unwrap();
                let trapped = async || match std::fs::read_to_string(&log).unwrap().lines().count() {
                    lines if lines > index => Ok(()),
                    _ => Err("it has not set its trap".to_owned()),
                };
                process.until_ready(&timer, 10 * SECOND, trapped).await.unwrap();
                let grace_ns = if index == 0 { 10 * SECOND } else { SECOND / 10 };
                ends.push(process.terminate(&timer, grace_ns).await);
            }
            assert_eq!(ends[0].code(), Some(7));
            assert_eq!(ends[1].signal(), Some(9));
        });
    }

    #[test]
    fn one_that_ends_before_it_is_ready_is_told_with_its_last_words() {
        on_one_thread(async |timer| {
            let folder = tempfile::tempdir().unwrap();
            let log = folder.path().join("log");
            let mut process = Process::spawn("it", shell("echo the port is taken; exit 3"), &log).unwrap();
            let never = async || Err("no answer".to_owned());
            let error = process.until_ready(&timer, 10 * SECOND, never).await.unwrap_err();
            assert!(error.contains("exit status: 3") && error.contains("the port is taken"), "{error}");
        });
    }

    /// A shell keeps a program and is killed: the program follows it.
    #[test]
    fn what_is_kept_dies_with_its_parent() {
        on_one_thread(async |timer| {
            let folder = tempfile::tempdir().unwrap();
            let (log, pid) = (folder.path().join("log"), folder.path().join("pid"));
            let script = format!(
                "'{}' keep --parent $$ -- sh -c 'echo $$ > {}; exec sleep 60' & wait",
                sim().display(),
                pid.display()
            );
            let mut parent = Process::spawn("sh", shell(&script), &log).unwrap();
            let mut child = None;
            let started = async || {
                child = std::fs::read_to_string(&pid).ok().and_then(|text| text.trim().parse::<i32>().ok());
                child.map(|_| ()).ok_or_else(|| "the child has not started".to_owned())
            };
            parent.until_ready(&timer, 10 * SECOND, started).await.unwrap();
            parent.signal(Signal::KILL);
            let stat = format!("/proc/{}/stat", child.unwrap());
            let deadline_ns = timer.clock().now_ns() + 10_000_000_000;
            // Whoever adopts it may not have reaped it yet.
            while std::fs::read_to_string(&stat).is_ok_and(|text| !text.contains(") Z ")) {
                assert!(timer.clock().now_ns() < deadline_ns, "the child still runs");
                timer.sleep(POLL_NS).await;
            }
        });
    }

    #[test]
    fn keeping_is_refused_once_the_parent_has_gone() {
        on_one_thread(async |timer| {
            let folder = tempfile::tempdir().unwrap();
            let mut command = Command::new(sim());
            command.args(["keep", "--parent", "1", "--", "true"]);
            let mut process = Process::spawn("keep", command, &folder.path().join("log")).unwrap();
            assert_eq!(process.wait(&timer).await.code(), Some(3));
            assert!(process.last_words().contains("has ended"), "{}", process.last_words());
        });
    }
}
