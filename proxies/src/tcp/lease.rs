//! Until when a toxic may stay, unless somebody asks for more time.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use live_world::timer::Timer;

use super::proxies::Proxies;

/// A time that ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) length: Duration,
    pub(crate) until_ns: i64,
}

impl Lease {
    /// One that begins now.
    pub(crate) fn new(length: Duration, now_ns: i64) -> Self {
        let ns = i64::try_from(length.as_nanos()).unwrap_or(i64::MAX);
        Self { length, until_ns: now_ns.saturating_add(ns) }
    }

    /// The same, begun now.
    pub(crate) fn renewed(self, now_ns: i64) -> Self {
        Self::new(self.length, now_ns)
    }
}

/// Removes the toxics whose lease is over, each when it is; it never ends.
pub(crate) async fn keep(proxies: Rc<RefCell<Proxies>>, timer: Timer) {
    let granted = proxies.borrow().granted();
    loop {
        let next_ns = proxies.borrow_mut().end_leases();
        let mut news = pin!(granted.notified());
        let mut over = next_ns.map(|at_ns| timer.sleep_until(at_ns));
        poll_fn(|cx| {
            let is_over = over.as_mut().is_some_and(|over| pin!(over).poll(cx).is_ready());
            if is_over { Poll::Ready(()) } else { news.as_mut().poll(cx) }
        })
        .await;
    }
}
