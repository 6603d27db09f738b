//! The load generator against nginx, whose log says how many requests came.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Failure;
use crate::http::get;
use crate::run::{root, run, sim};

/// A server that answers everything at once; it ends with this value.
struct Nginx {
    process: Child,
    address: SocketAddr,
    log: PathBuf,
}

/// How often it is looked whether it answers, a tenth of a second apart.
const PATIENCE: u32 = 100;

impl Nginx {
    /// Starts one that keeps a line for each request.
    fn start(folder: &Path) -> Result<Self, Failure> {
        let told = |error: std::io::Error| format!("nginx in {}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(told)?;
        let address =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).map_err(told)?;
        let log = folder.join("access.log");
        let _ = fs::remove_file(&log);
        let config = format!(
            "daemon off; worker_processes 1; pid nginx.pid; error_log stderr;\n\
             events {{ worker_connections 4096; }}\n\
             http {{\n  client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; \
             scgi_temp_path t;\n  access_log {};\n  keepalive_requests 100000000;\n\
             server {{ listen {address}; location / {{ return 200 \"ok\\n\"; }} }}\n}}\n",
            log.display()
        );
        let path = folder.join("nginx.conf");
        fs::write(&path, config).map_err(told)?;
        let mut command = Command::new("nginx");
        command.arg("-p").arg(folder).arg("-c").arg(&path).stdin(Stdio::null()).stderr(Stdio::null());
        let server = Self { process: command.spawn().map_err(told)?, address, log };
        for _ in 0..PATIENCE {
            if get(address, "/probe").is_ok() {
                return Ok(server);
            }
            pause();
        }
        Err("nginx does not answer".into())
    }

    /// How many requests for `path` its log has.
    fn count(&self, path: &str) -> Result<u64, Failure> {
        let text =
            fs::read_to_string(&self.log).map_err(|error| format!("{}: {error}", self.log.display()))?;
        Ok(text.lines().filter(|line| line.contains(&format!("\"GET {path} HTTP/1.1\" 200"))).count() as u64)
    }
}

#[expect(clippy::disallowed_methods, reason = "another process is waited for")]
fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(100));
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its worker ends with it at SIGTERM, and would not at SIGKILL.
        let _ = run(Command::new("kill").args(["-TERM", &self.process.id().to_string()]));
        let _ = self.process.wait();
    }
}

/// Every request that the generator says it has sent is in nginx' log, and no other.
pub(crate) fn counts() -> Result<(), Failure> {
    let folder = root().join("target/xtask/nginx");
    let server = Nginx::start(&folder)?;
    let scenario = folder.join("counts.scn");
    let text = format!(
        "scenario \"counts\" {{ duration 5s }}\n\
         service server at \"http://{}\" {{ endpoint get GET \"/counted\" {{ work wait 1ms }} }}\n\
         load probe on server {{ arrivals poisson  mix {{ get 100% }}  hold 1000/s }}\n\
         expect {{ client errors < 0.1% }}\n",
        server.address
    );
    fs::write(&scenario, text).map_err(|error| format!("{}: {error}", scenario.display()))?;
    let journal = folder.join("counts.jsonl");
    run(sim(["run", "--live", "--quiet", "--journal"])?.arg(&journal).arg(&scenario))?;
    let (sent, counted) = (sent(&journal)?, server.count("/counted")?);
    println!("{sent} requests sent, {counted} in nginx' log");
    match sent == counted && sent > 0 {
        true => Ok(()),
        false => Err("the generator and nginx have counted differently".into()),
    }
}

/// How many requests a journal says were sent.
fn sent(journal: &Path) -> Result<u64, Failure> {
    let text = fs::read_to_string(journal).map_err(|error| format!("{}: {error}", journal.display()))?;
    let records = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let health = records.into_iter().find(|record| record["record"] == "health");
    health.and_then(|health| health["sent"].as_u64()).ok_or_else(|| "the journal does not say it".into())
}
