//! `sim proxy`, driven by Toxiproxy's own clients; and PostgreSQL behind it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::run::{output, program, root, run};
use crate::running::Running;

const PYTHON_CLIENT: &str = "toxiproxy-python==0.1.1";
const NODE_CLIENT: &str = "toxiproxy-node-client@4.1.0";

/// Both clients through every toxic, and psql through those that a database meets.
pub(crate) fn drive() -> Result<(), Failure> {
    let folder = root().join("target/xtask/clients");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (python, node) = (python(&folder)?, node(&folder)?);
    let (proxy, control) = Running::ours(&["proxy", "--control", "127.0.0.1:0"], "http://")?;
    let port = control.port().to_string();
    let scripts = root().join("xtask/clients");
    println!("toxiproxy-python:");
    run(Command::new(&python).arg(scripts.join("toxics.py")).arg(&port))?;
    println!("toxiproxy-node-client:");
    let url = format!("http://{control}");
    run(Command::new("node").arg(scripts.join("toxics.mjs")).arg(node).arg(url))?;
    println!("psql:");
    let server = Postgres::start()?;
    run(Command::new(&python).arg(scripts.join("postgres.py")).args([port, server.port.to_string()]))?;
    drop(server);
    proxy.end().map(drop)
}

/// An interpreter with the client, in an environment of its own.
fn python(folder: &Path) -> Result<PathBuf, Failure> {
    let environment = folder.join("venv");
    let python = environment.join("bin/python");
    let there = Command::new(&python).args(["-c", "import toxiproxy"]).status();
    if !there.is_ok_and(|status| status.success()) {
        run(program("python3", ["-m", "venv", "--clear"]).arg(&environment))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PYTHON_CLIENT];
        run(Command::new(&python).args(pip))?;
    }
    Ok(python)
}

/// The folder of the client's package.
fn node(folder: &Path) -> Result<PathBuf, Failure> {
    let package = folder.join("node_modules/toxiproxy-node-client");
    if !package.exists() {
        let npm = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
        run(program("npm", npm).arg(folder).arg(NODE_CLIENT))?;
    }
    Ok(package)
}

/// A cluster of its own; it ends with this value.
struct Postgres {
    folder: PathBuf,
    binaries: PathBuf,
    port: u16,
}

impl Postgres {
    fn start() -> Result<Self, Failure> {
        // Of the user `postgres`, if we are root: it goes into no folder of ours.
        let folder = std::env::temp_dir().join(format!("sim-clients-{}", std::process::id()));
        let told = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(told)?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let port = free.map(|address: SocketAddr| address.port()).map_err(told)?;
        let server = Self { binaries: binaries()?, port, folder };
        if is_root()? {
            run(program("chown", ["postgres"]).arg(&server.folder))?;
        }
        let data = server.folder.join("data");
        let initdb = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "-D"];
        output(server.command("initdb")?.args(initdb).arg(&data))?;
        let options =
            format!("-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off");
        let log = server.folder.join("log");
        run(server
            .command("pg_ctl")?
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(log)
            .args(["-s", "-w", "-o", &options, "start"]))?;
        Ok(server)
    }

    /// One of its programs, as a user that it accepts.
    fn command(&self, name: &str) -> Result<Command, Failure> {
        let binary = self.binaries.join(name);
        let mut command = match is_root()? {
            true => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(binary);
                command
            }
            false => Command::new(binary),
        };
        command.current_dir(&self.folder);
        Ok(command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let stop = self.command("pg_ctl");
        let _ =
            stop.and_then(|mut stop| run(stop.arg("-D").arg(data).args(["-s", "-m", "immediate", "stop"])));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> Result<bool, Failure> {
    Ok(output(&mut program("id", ["-u"]))?.trim() == "0")
}

/// The programs of the newest version, where Debian puts them.
fn binaries() -> Result<PathBuf, Failure> {
    let versions = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().flatten();
    let numbered =
        versions.filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())));
    let newest = numbered.max_by_key(|(number, _)| *number);
    newest.map(|(_, path)| path.join("bin")).ok_or_else(|| "PostgreSQL is not in /usr/lib/postgresql".into())
}
