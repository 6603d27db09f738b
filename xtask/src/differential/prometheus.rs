//! A real Prometheus, as long as it is needed.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::answer::Question;
use crate::Failure;
use crate::http::post;
use crate::run::program;

/// How long it may take until it answers: this often, a tenth of a second apart.
const PATIENCE: u32 = 600;

/// A running server; it ends with this value, whatever happens.
pub(super) struct Prometheus {
    process: Child,
    address: SocketAddr,
}

impl Prometheus {
    /// Starts a server over the blocks in `folder/data`, and waits until it answers. It scrapes nothing.
    pub(super) fn start(folder: &Path) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| format!("prometheus cannot be started: {error}");
        let (config, log) = (folder.join("prometheus.yml"), folder.join("prometheus.log"));
        fs::write(&config, "").map_err(failed)?;
        // Free a moment ago, and nobody else asks for one in a hurry.
        let address =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).map_err(failed)?;
        let process = program("prometheus", [])
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            // Scenarios begin when they like: the default would drop what is older than 15 days.
            .arg("--storage.tsdb.retention.time=100y")
            .arg(format!("--web.listen-address={address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).map_err(failed)?)
            .spawn()
            .map_err(failed)?;
        let mut server = Self { process, address };
        server.await_ready().map_err(|why| format!("{why}; its log: {}", log.display()))?;
        Ok(server)
    }

    #[expect(clippy::disallowed_methods, reason = "a real process starts in real time")]
    fn await_ready(&mut self) -> Result<(), Failure> {
        let now = Question { expression: "1".into(), time_ms: 0 };
        let mut last = String::new();
        for _ in 0..PATIENCE {
            if let Ok(Some(status)) = self.process.try_wait() {
                return Err(format!("prometheus ended at once, with {status}"));
            }
            match self.query(&now) {
                Ok(_) => return Ok(()),
                Err(failure) => last = failure,
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(format!("prometheus does not get ready: {last}"))
    }

    /// The body of the answer to a question.
    pub(super) fn query(&self, question: &Question) -> Result<String, Failure> {
        let seconds =
            format!("{}.{:03}", question.time_ms.div_euclid(1000), question.time_ms.rem_euclid(1000));
        post(self.address, "/api/v1/query", &[("query", &question.expression), ("time", &seconds)])
            .map_err(|failure| format!("{question}: {failure}"))
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
