//! However a run ends, nothing of it is left.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::{Child, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use live_world::clock::Clock;
use live_world::http::server::serve;
use live_world::thread;
use sim_core::net::{Body, Response};
use tempfile::TempDir;

use crate::support::{sim, until};

/// A service that counts its requests.
fn counting() -> (SocketAddr, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let count = Arc::new(AtomicU64::new(0));
    let counted = count.clone();
    std::thread::spawn(move || {
        thread::run(Clock::new(), async |timer| {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            serve(&timer, listener, move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
                async { Response::new(Body::empty()) }
            })
            .await;
        })
    });
    (address, count)
}

/// A run whose fault holds for a minute, once it is under way: requests come through the proxy to `back`.
struct Running {
    sim: Child,
    children: Vec<u32>,
    _folder: TempDir,
}

impl Running {
    fn start() -> Self {
        let (back, count) = counting();
        let scenario = format!(
            r#"scenario "ends" {{ duration 2m }}
service back at "http://{back}" {{ endpoint get GET "/" {{ work wait 1ms }} }}
service front {{ replicas 2  endpoint get GET "/" {{ call back.get timeout 1s }} }}
load users on front {{ mix {{ get 100% }}  hold 50/s }}
fault broken on front -> back {{ from 0s for 1m  abort 503 for 50% of requests }}
expect {{ client errors < 1% }}
"#
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ends.scn");
        std::fs::write(&file, scenario).unwrap();
        let mut command = sim();
        command.args(["run", "--live", "--quiet", "--journal"]).arg(folder.path().join("out")).arg(&file);
        let sim = command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap();
        let mut running = Self { sim, children: Vec::new(), _folder: folder };
        until("requests come through", || count.load(Ordering::Relaxed) >= 20);
        running.children = children(running.sim.id());
        assert_eq!(running.children.len(), 2, "one process for each replica");
        running
    }

    /// Sends a signal to its group of processes, as a terminal does.
    fn signal(&self, name: &str) {
        let group = format!("-{}", self.sim.id());
        assert!(
            std::process::Command::new("kill").args(["-s", name, "--", &group]).status().unwrap().success()
        );
    }

    /// What it said in the end; every child must be gone within so long.
    fn end(mut self, limit: Duration) -> Output {
        let children = std::mem::take(&mut self.children);
        let begun = Clock::new();
        let from_ns = begun.now_ns();
        let output = self.sim.wait_with_output().unwrap();
        until("no child is left", || children.iter().all(|&child| !is_alive(child)));
        let took = Duration::from_nanos((begun.now_ns() - from_ns).unsigned_abs());
        assert!(took < limit, "it took {took:?}");
        output
    }
}

/// The processes that another has started.
fn children(of: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|&pid| stat(pid).is_some_and(|(_, parent)| parent == of)).collect()
}

fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != 'Z')
}

/// State and parent of a process.
fn stat(pid: u32) -> Option<(char, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

#[test]
fn killed_it_leaves_nothing_injected_and_no_child() {
    let running = Running::start();
    running.signal("KILL");
    let output = running.end(Duration::from_secs(5));
    assert_eq!(output.status.code(), None);
}

#[test]
fn interrupted_it_reports_what_was_seen() {
    let running = Running::start();
    running.signal("INT");
    let output = running.end(Duration::from_secs(5));
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(
        ["the run was interrupted", "broken", "client errors", "0 held"]
            .iter()
            .all(|text| said.contains(text)),
        "{said}"
    );
}
