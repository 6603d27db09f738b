//! What services export, sent through a real collector: it must arrive whole in `sim observe`.
//!
//! The collector is rotel, as that is the one that a package registry has (PyPI); the OpenTelemetry Collector is not to be
//! had that way. It takes OTLP, batches and compresses as others do.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Failure;
use crate::http::get;
use crate::run::{output, program, root, run};
use crate::running::Running;

const ROTEL: &str = "rotel==0.0.1a15";
const SCENARIO: &str = "xtask/collector/scenario.scn";

/// How many requests are made; each is one trace of three spans: `front` serves and calls, `back` serves. Each server writes a line about it.
const REQUESTS: u64 = 200;

/// How often something is looked for, a tenth of a second apart.
const PATIENCE: u32 = 300;

/// Makes requests to two services, and compares what they must have exported with what has arrived.
pub(crate) fn check() -> Result<(), Failure> {
    let folder = root().join("target/xtask/collector");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let agent = agent(&folder)?;
    let (observer, observed) = Running::ours(&["observe", "--listen", "127.0.0.1:0"], "http://")?;
    let (grpc, into) = (free()?, free()?);
    let mut command = Command::new(agent);
    command.args([
        "start",
        "--exporter",
        "otlp",
        "--otlp-exporter-protocol",
        "http",
        "--batch-timeout",
        "200ms",
    ]);
    command.arg("--otlp-exporter-endpoint").arg(format!("http://{observed}"));
    command
        .arg("--otlp-grpc-endpoint")
        .arg(grpc.to_string())
        .arg("--otlp-http-endpoint")
        .arg(into.to_string());
    let log = folder.join("rotel.log");
    command.stderr(File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?);
    let rotel = Running::start(command)?;
    await_listener(into).map_err(|failure| format!("{failure}; its log: {}", log.display()))?;

    let otlp = into.to_string();
    let service = ["--from", SCENARIO, "--listen", "127.0.0.1:0", "--otlp", &otlp];
    let (back, at) = Running::ours(&[&["service", "back"], &service[..]].concat(), "listens on ")?;
    let peer = format!("back={at}");
    let (front, at) =
        Running::ours(&[&["service", "front", "--peer", &peer], &service[..]].concat(), "listens on ")?;
    for _ in 0..REQUESTS {
        get(at, "/")?;
    }
    // Everybody sends what is left when asked to end: the services to the collector, and that to the observer.
    for running in [front, back, rotel] {
        running.end()?;
    }
    let summary = observer.end()?;
    print!("{summary}");
    arrived(&summary)
}

/// Holds the observer's summary against what was sent: spans, errors, traces and log lines of each service.
fn arrived(summary: &str) -> Result<(), Failure> {
    for (service, spans, traces) in [("front", 2 * REQUESTS, REQUESTS), ("back", REQUESTS, 0)] {
        let row = summary.lines().find(|line| line.split_whitespace().next() == Some(service));
        let row = row.ok_or_else(|| format!("nothing arrived from {service}:\n{summary}"))?;
        let numbers: Vec<&str> = row.split_whitespace().skip(1).collect();
        let expected = [spans, 0, traces, REQUESTS].map(|number| number.to_string());
        if numbers != expected {
            return Err(format!("of {service}, {numbers:?} arrived and not {expected:?}"));
        }
    }
    match summary.contains("rejected") || summary.contains("refused") {
        true => Err("not everything was taken".into()),
        false => Ok(()),
    }
}

/// The collector's program, installed into an environment of its own.
fn agent(folder: &Path) -> Result<PathBuf, Failure> {
    let environment = folder.join("venv");
    let python = environment.join("bin/python");
    let installed = "import os, rotel; print(os.path.join(os.path.dirname(rotel.__file__), 'rotel-agent'))";
    let wanted = Command::new(&python).args(["-m", "pip", "show", "--quiet", "rotel"]).status();
    if !wanted.is_ok_and(|status| status.success()) {
        run(program("python3", ["-m", "venv", "--clear"]).arg(&environment))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ROTEL];
        run(Command::new(&python).args(pip))
            .map_err(|failure| format!("{failure}\nthe test needs {ROTEL} from PyPI"))?;
    }
    Ok(output(Command::new(&python).args(["-c", installed]))?.trim().into())
}

/// Free a moment ago, and nobody else asks for one in a hurry.
fn free() -> Result<SocketAddr, Failure> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    bound.map_err(|error| format!("no port is free: {error}"))
}

#[expect(clippy::disallowed_methods, reason = "a real process starts in real time")]
fn await_listener(at: SocketAddr) -> Result<(), Failure> {
    for _ in 0..PATIENCE {
        if TcpStream::connect(at).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(format!("the collector does not listen on {at}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_span_too_few_is_found() {
        let whole = "front 400 0 200 200\nback 200 0 0 200\n";
        assert_eq!(arrived(whole), Ok(()));
        assert!(arrived(&whole.replace("back 200", "back 199")).is_err());
        assert!(arrived("front 400 0 200 200\n").is_err());
        assert!(arrived(&format!("{whole}1 requests were refused\n")).is_err());
    }
}
