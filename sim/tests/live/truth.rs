//! The load generator says what was.

use std::net::{SocketAddr, TcpListener};

use live_world::clock::Clock;
use live_world::http::server::serve;
use live_world::thread;
use sim_core::net::{Body, Response};

use crate::support::Run;

const SECOND: i64 = 1_000_000_000;

/// A server that stands still for the first second of every five, for as long as the test runs.
fn freezing() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        thread::run(Clock::new(), async |timer| {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let own = timer.clone();
            serve(&timer, listener, move |_| {
                let now_ns = own.clock().now_ns();
                let thaw_ns = now_ns - now_ns.rem_euclid(5 * SECOND) + SECOND;
                let frozen = own.sleep_until(thaw_ns);
                async move {
                    frozen.await;
                    Response::new(Body::empty())
                }
            })
            .await;
        })
    });
    address
}

/// Of all requests a fifth is meant to be sent while the server stands still, evenly over that second, and waits for its
/// end: a share of p waits for at least 1 s · (1 − p / 0.2). A generator that waits for answers before it sends the next
/// request would see a single slow one in five seconds. Arrivals are even, so that the share is exact and no matter of chance.
#[test]
fn a_server_that_stands_still_is_seen_to() {
    let scenario = format!(
        r#"scenario "freeze" {{ duration 20s }}
service frozen at "http://{}" {{ endpoint get GET "/" {{ work wait 1ms }} }}
load probe on frozen {{
  arrivals even
  mix {{ get 100% }}
  hold 2000/s
}}
expect {{ client p99 < 2s }}
"#,
        freezing()
    );
    let run = Run::of(&scenario, &["--live"]);
    assert_eq!(run.output.status.code(), Some(0), "{}", run.said());
    let health = &run.records("health")[0];
    let number = |name: &str| health[name].as_i64().unwrap();
    assert_eq!((number("sent"), number("answered")), (number("planned"), number("planned")), "{health}");
    assert_eq!((number("dropped"), number("errors")), (0, 0), "{health}");
    for (quantile, share) in [("p95_ns", 0.05), ("p99_ns", 0.01)] {
        let expected_s = 1.0 - share / 0.2;
        let seen_s = number(quantile) as f64 / SECOND as f64;
        assert!((seen_s / expected_s - 1.0).abs() < 0.02, "{quantile}: {seen_s}, expected {expected_s}");
    }
}
