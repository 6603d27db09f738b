//! Where the spans and log lines of one thread go: into a tap, and from there to whoever receives OTLP.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use live_world::otlp::{Exporter, Options};
use live_world::timer::Timer;
use services::telemetry::tap::Tap;
use sim_core::telemetry::Catalog;

/// How long the last spans and lines may take to go out.
const FLUSH_NS: u64 = 1_000_000_000;

/// The way out.
pub(crate) struct Sender {
    /// What services and clients are given.
    pub(crate) tap: Tap,
    exporter: Exporter,
}

impl Sender {
    /// A way to this receiver. It must be made within a `LocalSet`.
    pub(crate) fn new(timer: &Timer, to: SocketAddr) -> Self {
        let catalog: Rc<RefCell<Catalog>> = Rc::default();
        let exporter = Exporter::start(timer, to, catalog.clone(), Options::default());
        Self { tap: Tap::sharing(catalog, exporter.collector()), exporter }
    }

    /// Sends what is left, and says how many spans and lines never arrived.
    pub(crate) async fn flush(self) -> u64 {
        self.exporter.flush(FLUSH_NS).await;
        self.exporter.spans().missing() + self.exporter.lines().missing()
    }
}
