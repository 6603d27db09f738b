//! Whatever peers do, no descriptor is left behind.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::bench::{Proxy, Wire, nowhere, upstream};

/// The test below runs alone in a process: descriptors are the whole process's.
#[test]
fn none_is_left_behind() {
    let alone = ["--exact", "descriptors::alone", "--include-ignored"];
    let ran = Command::new(std::env::current_exe().unwrap()).args(alone).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}

fn open() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
#[ignore = "run by the test above"]
#[expect(clippy::disallowed_methods, reason = "a deadline in real time")]
fn alone() {
    let get = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    let upload = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf";
    let upgrade = "GET / HTTP/1.1\r\nhost: a\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n";
    // What the upstream says before it closes, or waits for the other side to.
    let answers = [
        ("", true),
        ("", false),
        ("garbage\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", true),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", false),
        ("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n", false),
    ];
    let upstreams = answers.map(|(answer, closes)| {
        upstream(move |_, mut wire| {
            wire.read_head();
            wire.send(answer);
            if !closes {
                wire.read_to_end();
            }
        })
    });
    let proxies: Vec<_> = upstreams.into_iter().chain([nowhere()]).map(Proxy::to).collect();
    for proxy in &proxies {
        // Answered at once, whatever stands behind it: its thread has by then opened what it needs.
        assert!(Wire::ask(proxy.address, "GET\r\n\r\n").starts_with("HTTP/1.1 400 "));
    }
    let before = open();
    for _ in 0..10 {
        for proxy in &proxies {
            let clients = [get, upload, upgrade, "GET / HT", ""].map(|request| {
                let mut client = Wire::to(proxy.address);
                client.send(request);
                client
            });
            drop(clients);
        }
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while open() > before {
        assert!(Instant::now() < deadline, "{} are open, and {before} were", open());
        std::thread::yield_now();
    }
}
