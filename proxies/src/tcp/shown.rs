//! What the connections of a proxy see of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::board::Board;
use super::count::Counts;
use super::toxic::Toxic;

/// What changes about a proxy while its connections live.
pub(crate) struct Shown {
    /// Grows with every stop; a connection of an earlier session is closed.
    pub(crate) session: u64,
    /// In the order in which a connection meets them.
    pub(crate) toxics: Vec<Arc<Toxic>>,
}

/// What all connections of a proxy share.
pub(crate) struct Shared {
    pub(crate) board: Arc<Board<Shown>>,
    pub(crate) counts: Counts,
    open: AtomicU64,
}

impl Shared {
    pub(crate) fn new(counts: Counts) -> Arc<Self> {
        let board = Board::new(Shown { session: 0, toxics: Vec::new() });
        Arc::new(Self { board, counts, open: AtomicU64::new(0) })
    }
}

/// A connection that was accepted, on its way to the thread that serves it.
pub(crate) struct Accepted {
    pub(crate) client: std::net::TcpStream,
    /// The server, as `host:port`.
    pub(crate) upstream: Arc<str>,
    pub(crate) session: u64,
    /// Which connection of its proxy it is.
    pub(crate) ordinal: u64,
    pub(crate) presence: Presence,
}

/// Counts a connection as open for as long as it lives.
pub(crate) struct Presence {
    pub(crate) shared: Arc<Shared>,
    /// How many were open with this one.
    pub(crate) open: u64,
}

impl Presence {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        shared.counts.connections.increment(1);
        shared.counts.open.increment(1);
        let open = shared.open.fetch_add(1, Ordering::AcqRel) + 1;
        Self { shared, open }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.shared.counts.open.decrement(1);
        self.shared.open.fetch_sub(1, Ordering::AcqRel);
    }
}
