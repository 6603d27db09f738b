//! What a proxy has to do, as metrics.

use std::net::SocketAddr;

use metrics::{Counter, Gauge, counter, describe_counter, describe_gauge, gauge};

/// Requests that came.
pub const REQUESTS: &str = "sim_proxy_requests_total";
/// Requests whose answer has not begun.
pub const IN_FLIGHT: &str = "sim_proxy_requests_in_flight";

/// The metrics of one proxy.
pub(super) struct Traffic {
    requests: Counter,
    in_flight: Gauge,
}

/// A request whose answer has not begun.
pub(super) struct InFlight<'a>(&'a Gauge);

impl Traffic {
    pub(super) fn new(upstream: SocketAddr) -> Self {
        describe_counter!(REQUESTS, "Requests that came to the proxy.");
        describe_gauge!(IN_FLIGHT, "Requests whose answer has not begun.");
        let labels = [("upstream", upstream.to_string())];
        Self { requests: counter!(REQUESTS, &labels), in_flight: gauge!(IN_FLIGHT, &labels) }
    }

    /// Counts a request that has come.
    pub(super) fn begin(&self) -> InFlight<'_> {
        self.requests.increment(1);
        self.in_flight.increment(1);
        InFlight(&self.in_flight)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}
