//! Programs that run beside a test.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::Failure;
use crate::run::{line, program, run, sim};

/// A program that runs as long as it is needed; it ends with this value, whatever happens.
pub(crate) struct Running {
    line: String,
    process: Child,
    stdout: BufReader<ChildStdout>,
}

impl Running {
    /// Starts it.
    pub(crate) fn start(mut command: Command) -> Result<Self, Failure> {
        let line = line(&command);
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut process = started.map_err(|error| format!("{line} cannot be started: {error}"))?;
        let stdout = BufReader::new(process.stdout.take().expect("it was asked for"));
        Ok(Self { line, process, stdout })
    }

    /// Starts `sim`, and gives the address that the first line it prints says after `marker`.
    pub(crate) fn ours(arguments: &[&str], marker: &str) -> Result<(Self, SocketAddr), Failure> {
        let mut running = Self::start(sim(arguments.iter().copied())?)?;
        let mut said = String::new();
        let read = running.stdout.read_line(&mut said);
        let address =
            said.split_once(marker).and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
        match (read, address) {
            (Ok(_), Some(address)) => Ok((running, address)),
            _ => Err(format!("{} does not say where it listens: {said}", running.line)),
        }
    }

    /// Asks it to end, and gives what it has printed until it did.
    pub(crate) fn end(mut self) -> Result<String, Failure> {
        run(&mut program("kill", ["-TERM", &self.process.id().to_string()]))?;
        let mut said = String::new();
        let failed = |error: std::io::Error| format!("{}: {error}", self.line);
        self.stdout.read_to_string(&mut said).map_err(failed)?;
        let status = self.process.wait().map_err(failed)?;
        if status.success() { Ok(said) } else { Err(format!("{} ended with {status}", self.line)) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
