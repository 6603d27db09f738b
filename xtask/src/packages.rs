//! The real components that the tests are held against, from Debian's packages.

use std::path::Path;

use crate::Failure;
use crate::run::{output, program, run};

/// What must be on the `PATH`, and the package that brings it. Installing starts no test and keeps no daemon.
const NEEDED: [Needed; 11] = [
    Needed { program: "git", package: "git", daemon: None },
    Needed { program: "promtool", package: "prometheus", daemon: Some("prometheus") },
    Needed { program: "prometheus", package: "prometheus", daemon: Some("prometheus") },
    Needed { program: "amtool", package: "prometheus-alertmanager", daemon: Some("prometheus-alertmanager") },
    Needed { program: "psql", package: "postgresql", daemon: Some("postgresql") },
    Needed { program: "postgres", package: "postgresql", daemon: Some("postgresql") },
    Needed { program: "node", package: "nodejs", daemon: None },
    Needed { program: "npm", package: "npm", daemon: None },
    Needed { program: "nginx", package: "nginx", daemon: Some("nginx") },
    Needed { program: "docker-compose", package: "docker-compose", daemon: None },
    // Of itself it makes no environments; the package brings what it needs for them.
    Needed { program: "python3", package: "python3-venv", daemon: None },
];

struct Needed {
    program: &'static str,
    package: &'static str,
    /// The unit that the package starts where systemd runs.
    daemon: Option<&'static str>,
}

/// Installs the packages of the programs that are missing; asks for nothing where all are there.
pub(crate) fn install_missing() -> Result<(), Failure> {
    let missing: Vec<&Needed> = NEEDED.iter().filter(|needed| !is_installed(needed.program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<&str> = missing.iter().map(|needed| needed.package).collect();
    packages.dedup();
    println!("installing {}", packages.join(" "));
    let by_hand = || {
        let list = packages.join(" ");
        format!(
            "the tests need {list} (Debian's names) and could not install it.\n\
             Install it by hand, for example with: sudo apt-get install --no-install-recommends {list}"
        )
    };
    apt(&["update"]).map_err(|failure| format!("{failure}\n{}", by_hand()))?;
    let install = ["install", "-y", "--no-install-recommends"];
    apt(&[&install[..], &packages].concat()).map_err(|failure| format!("{failure}\n{}", by_hand()))?;
    stop_daemons(&missing)?;
    match missing.iter().find(|needed| !is_installed(needed.program)) {
        None => Ok(()),
        Some(needed) => Err(format!("{} is installed but {} is not there", needed.package, needed.program)),
    }
}

/// A package may start the server it brings. The tests start their own, and leave nothing running.
fn stop_daemons(installed: &[&Needed]) -> Result<(), Failure> {
    if !Path::new("/run/systemd/system").exists() {
        return Ok(());
    }
    let mut units: Vec<&str> = installed.iter().filter_map(|needed| needed.daemon).collect();
    units.dedup();
    match units.is_empty() {
        true => Ok(()),
        false => as_root(&[&["systemctl", "disable", "--now"][..], &units].concat()),
    }
}

/// Waits for a package manager that is busy, and asks no questions.
fn apt(arguments: &[&str]) -> Result<(), Failure> {
    let apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=600", "-q"];
    as_root(&[&apt[..], arguments].concat())
}

fn as_root(words: &[&str]) -> Result<(), Failure> {
    let root = output(&mut program("id", ["-u"]))?.trim() == "0";
    let (first, rest) = match (root, words) {
        (true, [first, rest @ ..]) => (*first, rest),
        _ => ("sudo", words),
    };
    run(&mut program(first, rest.iter().copied()))
}

fn is_installed(name: &str) -> bool {
    // Debian puts the server of each version of PostgreSQL into a folder of its own.
    let versions = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().flatten();
    let versions = versions.map(|version| version.path().join("bin")).chain(["/usr/sbin".into()]);
    std::env::split_paths(&search_path()).chain(versions).any(|folder| folder.join(name).is_file())
}

#[expect(clippy::disallowed_methods, reason = "where programs are is a question to the machine")]
fn search_path() -> std::ffi::OsString {
    std::env::var_os("PATH").unwrap_or_default()
}
