//! Prometheus: one of our own, with its configuration and its past, or the user's.
//!
//! - [`Prometheus`]: a server of our own; [`Settings`]: what it is told
//! - `backfill`: a past that it did not see
//! - [`api`]: what a server is asked, ours or not

pub(crate) mod api;
mod backfill;

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use live_world::timer::Timer;
use serde_json::{Value, json};

use super::process::{Process, kept};
use super::programs::{Program, free_port};
use api::Api;

const PROMETHEUS: Program = Program { names: &["prometheus"], package: "prometheus", versions: None };

/// How long a server may take until it answers: it reads its whole past first.
const READY_NS: u64 = 60_000_000_000;

/// How long it may take to end.
const GRACE_NS: u64 = 10_000_000_000;

/// What a server is told.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// What it scrapes.
    pub(crate) targets: Vec<Target>,
    /// How often it scrapes; no scrape may take longer.
    pub(crate) scrape_interval: Duration,
    /// How often it evaluates rules of groups that do not say it.
    pub(crate) evaluation_interval: Duration,
    /// How old the newest sample of a series may be.
    pub(crate) lookback: Duration,
    /// After how long a firing alert is sent again.
    pub(crate) resend_delay: Duration,
    /// Whom it tells of alerts, as `HOST:PORT`.
    pub(crate) alertmanagers: Vec<String>,
    /// The rule files: the names that they are known by, and their texts.
    pub(crate) rules: Vec<(String, String)>,
    /// Samples from before it was there, as OpenMetrics.
    pub(crate) history: Option<String>,
}

/// Something to scrape, at `/metrics`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The label `job`.
    pub(crate) job: String,
    /// The label `instance`.
    pub(crate) instance: String,
    /// `HOST:PORT`.
    pub(crate) address: String,
}

/// A server of our own.
pub(crate) struct Prometheus {
    process: Process,
    api: Api,
    /// The paths that it knows the rule files by, in the order of the settings.
    files: Vec<String>,
}

impl Prometheus {
    /// Starts one in a folder of its own, and waits until it answers and scrapes: some five seconds. `sim` is the path of this program.
    ///
    /// # Errors
    /// It is not installed, refuses what it is told, or is not ready in time.
    pub(crate) async fn start(
        timer: &Timer,
        sim: &Path,
        folder: &Path,
        settings: &Settings,
    ) -> Result<Self, String> {
        let program = PROMETHEUS.find()?;
        // It takes relative paths as relative to its configuration.
        let made = std::fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
        let folder = made.map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let files: Vec<String> = (0..settings.rules.len())
            .map(|index| folder.join(format!("rules-{index}.yml")).display().to_string())
            .collect();
        let config = folder.join("prometheus.yml");
        let texts = files.iter().map(Path::new).zip(settings.rules.iter().map(|(_, text)| text.clone()));
        for (path, text) in texts.chain([(&*config, settings.config(&files).to_string())]) {
            std::fs::write(path, text)
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
        let data = folder.join("data");
        if let Some(history) = &settings.history {
            backfill::create_blocks(timer, sim, &folder, &data, history).await?;
        }
        let address = format!("127.0.0.1:{}", free_port()?);
        let ms = |length: Duration| format!("{}ms", length.as_millis().max(1));
        let mut command = kept(sim, "kill", program);
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .arg(format!("--web.listen-address={address}"))
            .arg(format!("--web.external-url=http://{address}/"))
            .arg(format!("--query.lookback-delta={}", ms(settings.lookback)))
            .arg(format!("--rules.alert.resend-delay={}", ms(settings.resend_delay)))
            // Or the history would be thrown away as too old.
            .arg("--storage.tsdb.retention.time=10y")
            .current_dir(&folder);
        let mut process = Process::spawn("Prometheus", command, &folder.join("prometheus.log"))?;
        let api = Api::new(timer, &format!("http://{address}"))?;
        process.until_ready(timer, READY_NS, async || api.ready().await).await?;
        // It takes some five seconds more until it scrapes anything, and sends alerts to nobody before that.
        let wanted = (settings.targets.len(), settings.alertmanagers.len());
        let met = async || match api.peers().await? {
            met if met == wanted => Ok(()),
            (targets, alertmanagers) => Err(format!(
                "it scrapes {targets} of {} targets and tells {alertmanagers} of {} Alertmanagers",
                wanted.0, wanted.1
            )),
        };
        process.until_ready(timer, READY_NS, met).await?;
        Ok(Self { process, api, files })
    }

    /// What it can be asked.
    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// The path that it knows a rule file by, by its place in the settings.
    pub(crate) fn file(&self, index: usize) -> &str {
        &self.files[index]
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

impl Settings {
    /// `prometheus.yml`. It is written as JSON, which is YAML.
    fn config(&self, files: &[String]) -> Value {
        let ms = |length: Duration| format!("{}ms", length.as_millis().max(1));
        let mut jobs: Vec<(&str, Vec<Value>)> = Vec::new();
        for Target { job, instance, address } in &self.targets {
            let target = json!({ "targets": [address], "labels": { "instance": instance } });
            match jobs.iter_mut().find(|(name, _)| name == job) {
                Some((_, targets)) => targets.push(target),
                None => jobs.push((job, vec![target])),
            }
        }
        let scrapes =
            jobs.into_iter().map(|(job, targets)| json!({ "job_name": job, "static_configs": targets }));
        let alertmanagers = match self.alertmanagers.is_empty() {
            true => json!([]),
            false => json!([{ "static_configs": [{ "targets": self.alertmanagers }] }]),
        };
        json!({
            "global": {
                "scrape_interval": ms(self.scrape_interval),
                // Ten seconds by default, and never longer than the interval.
                "scrape_timeout": ms(self.scrape_interval.min(Duration::from_secs(10))),
                "evaluation_interval": ms(self.evaluation_interval),
            },
            "rule_files": files,
            "alerting": { "alertmanagers": alertmanagers },
            "scrape_configs": scrapes.collect::<Vec<_>>(),
        })
    }
}
