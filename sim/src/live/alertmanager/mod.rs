//! The Alertmanager: one of our own, whose receivers all lead to us, or the user's.
//!
//! - [`Alertmanager`]: a server of our own
//! - [`redirect`]: the user's configuration with every integration led to our listener
//! - [`api`]: what a server is asked, ours or not

pub(crate) mod api;
pub(crate) mod redirect;

use std::path::Path;
use std::process::ExitStatus;

use live_world::timer::Timer;
use serde_json::Value;

use super::process::{Process, kept};
use super::programs::{Program, free_port};
use api::Api;

/// Debian calls it otherwise than its makers.
const ALERTMANAGER: Program = Program {
    names: &["prometheus-alertmanager", "alertmanager"],
    package: "prometheus-alertmanager",
    versions: None,
};

/// How long it may take until it answers.
const READY_NS: u64 = 30_000_000_000;

/// How long it may take to end.
const GRACE_NS: u64 = 10_000_000_000;

/// A server of our own.
pub(crate) struct Alertmanager {
    process: Process,
    address: String,
    api: Api,
}

impl Alertmanager {
    /// Starts one in a folder of its own, with a configuration that [`redirect::redirect`] has made, and waits until it
    /// answers. `sim` is the path of this program.
    ///
    /// # Errors
    /// It is not installed, refuses the configuration, or is not ready in time.
    pub(crate) async fn start(
        timer: &Timer,
        sim: &Path,
        folder: &Path,
        config: &Value,
    ) -> Result<Self, String> {
        let program = ALERTMANAGER.find()?;
        let file = folder.join("alertmanager.yml");
        // JSON is YAML.
        let written =
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, config.to_string()));
        written.map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut command = kept(sim, "kill", program);
        command
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg(format!("--web.external-url=http://{address}/"))
            // Without an address it does not gossip, and waits for no peer.
            .arg("--cluster.listen-address=");
        let mut process = Process::spawn("Alertmanager", command, &folder.join("alertmanager.log"))?;
        let api = Api::new(timer, &format!("http://{address}"))?;
        process.until_ready(timer, READY_NS, async || api.ready().await).await?;
        Ok(Self { process, address, api })
    }

    /// `HOST:PORT`, as Prometheus is told it.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What it can be asked.
    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// Its process.
    pub(crate) fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Ends it in good order.
    pub(crate) async fn stop(mut self, timer: &Timer) -> ExitStatus {
        self.process.terminate(timer, GRACE_NS).await
    }
}
