//! HTTP/2 to one address: many requests share a connection.

use std::cell::RefCell;
use std::rc::Rc;

use hyper::client::conn::http2::SendRequest;
use sim_core::net::{Body, TransportError};
use sim_core::sync::Semaphore;

/// A connection to share.
pub(super) type Sender = SendRequest<Body>;

/// As many requests share a connection: what servers commonly allow (RFC 9113 recommends no fewer). The next opens another.
const STREAMS: usize = 100;

/// A place on a connection, taken for as long as a request is under way.
pub(super) struct Place(#[expect(dead_code, reason = "that it is there is what counts")] Rc<()>);

/// The connections that are open.
pub(super) struct Multiplexed {
    open: RefCell<Vec<(Sender, Rc<()>)>>,
    /// One is opened at a time: who waits for it may find a place on it.
    opening: Semaphore,
}

impl Default for Multiplexed {
    fn default() -> Self {
        Self { open: RefCell::default(), opening: Semaphore::new(1) }
    }
}

impl Multiplexed {
    /// A place on a connection that has one left, or on a new one; and whether it is new.
    pub(super) async fn place(
        &self,
        open: impl AsyncFnOnce() -> Result<Sender, TransportError>,
    ) -> Result<(Sender, Place, bool), TransportError> {
        if let Some((sender, place)) = self.left() {
            return Ok((sender, place, false));
        }
        let _opening = self.opening.acquire().await;
        if let Some((sender, place)) = self.left() {
            return Ok((sender, place, false));
        }
        let (sender, places) = (open().await?, Rc::new(()));
        self.open.borrow_mut().push((sender.clone(), places.clone()));
        Ok((sender, Place(places), true))
    }

    fn left(&self) -> Option<(Sender, Place)> {
        let mut open = self.open.borrow_mut();
        open.retain(|(sender, _)| !sender.is_closed());
        // The list itself holds one.
        let (sender, places) = open.iter().find(|(_, places)| Rc::strong_count(places) <= STREAMS)?;
        Some((sender.clone(), Place(places.clone())))
    }
}
