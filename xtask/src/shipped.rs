//! What `compose/` ships, checked by the tools that own the formats.

use crate::Failure;
use crate::run::{output, program, run};

/// Every rule file and Prometheus' configuration by promtool, the routes by amtool, the stack by docker-compose, which needs
/// no Docker for that.
pub(crate) fn check() -> Result<(), Failure> {
    let rules = rule_files()?;
    run(&mut program("promtool", ["check", "rules"].into_iter().chain(rules.iter().map(String::as_str))))?;
    run(&mut program("promtool", ["check", "config", "compose/prometheus/prometheus.yml"]))?;
    run(&mut program("amtool", ["check-config", "compose/alertmanager/alertmanager.yml"]))?;
    let stack =
        ["-f", "compose/docker-compose.yml", "--env-file", "compose/.env.example", "config", "--quiet"];
    run(&mut program("docker-compose", stack))
}

/// The rule files that are shipped, relative to the root.
pub(crate) fn rule_files() -> Result<Vec<String>, Failure> {
    let listed = output(&mut program("git", ["ls-files", "compose/prometheus/rules/*.yml"]))?;
    match listed.lines().map(String::from).collect::<Vec<_>>() {
        files if files.is_empty() => Err("no rule files in compose/prometheus/rules".into()),
        files => Ok(files),
    }
}
