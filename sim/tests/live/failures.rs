//! What cannot be had is said clearly, with the right exit code, and nothing hangs.

use std::net::TcpListener;

use crate::support::{Run, sim};

/// An address that nobody listens on.
fn nobody() -> std::net::SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap()
}

#[test]
fn without_prometheus_it_says_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = r#"scenario "alone" { duration 5s }
service front { endpoint get GET "/" { work wait 1ms } }
load users on front { mix { get 100% }  hold 1/s }
expect { promql `up == 1` eventually at end }
"#;
    let file = folder.path().join("alone.scn");
    std::fs::write(&file, scenario).unwrap();
    let mut command = sim();
    command.args(["run", "--live", "--quiet", "--journal"]).arg(folder.path().join("out")).arg(&file);
    let output = command.env("PATH", folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("prometheus") && said.contains("apt-get install prometheus"), "{said}");
}

#[test]
fn a_service_that_is_not_there_fails_every_request() {
    let scenario = format!(
        r#"scenario "gone" {{ duration 2s }}
service gone at "http://{}" {{ endpoint get GET "/" {{ work wait 1ms }} }}
load users on gone {{ mix {{ get 100% }}  hold 50/s }}
expect {{ client errors < 1% }}
"#,
        nobody()
    );
    let run = Run::of(&scenario, &["--live"]);
    assert_eq!(run.output.status.code(), Some(1), "{}", run.said());
    let health = &run.records("health")[0];
    assert_eq!((&health["errors"], &health["answered"]), (&health["planned"], &0.into()));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for arguments in [vec!["observe", "--listen", &address], vec!["proxy", "--control", &address]] {
        let output = sim().args(&arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {said}");
        assert!(said.contains(&address), "{arguments:?}: {said}");
    }
}
