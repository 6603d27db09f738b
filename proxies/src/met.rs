//! A request at the place where faults act.

use std::cell::RefCell;
use std::rc::Rc;

use http::Request;
use sim_core::random::{ForeignKeys, Purpose, RequestKey};
use sim_core::telemetry::{Propagation, TraceId};
use sim_core::world::World;

/// What faults know of a request. It is read once, and carried in the request's extensions past all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// Everything random about the request is drawn from it.
    pub key: RequestKey,
    /// The moment by which windows judge it, nanoseconds since the Unix epoch: when its root was meant to be sent; of a
    /// foreign request, when it came.
    pub judged_ns: i64,
}

impl Met {
    /// The key of a request that a layer handles: the one that it was met with, or that of its headers. `None` if it has
    /// neither.
    pub fn key<B>(request: &Request<B>) -> Option<RequestKey> {
        let met = request.extensions().get::<Self>().map(|met| met.key);
        met.or_else(|| Propagation::extract(request.headers()).map(|sent| sent.context.into()))
    }
}

/// Reads the requests of one edge.
pub(crate) struct Reader<W: World> {
    pub(crate) world: W,
    /// What foreign requests on this edge are told apart by.
    pub(crate) edge: Purpose,
    pub(crate) foreign: Rc<RefCell<ForeignKeys>>,
}

impl<W: World> Reader<W> {
    pub(crate) fn read<B>(&self, request: &Request<B>) -> Met {
        let sent = Propagation::extract(request.headers());
        let trace_id = match sent {
            Some(Propagation { context, intended_ns: Some(judged_ns), .. }) => {
                return Met { key: context.into(), judged_ns };
            }
            Some(Propagation { context, .. }) => context.trace_id,
            None => TraceId::default(),
        };
        let (method, path) = (request.method().as_str(), request.uri().path());
        let key = self.foreign.borrow_mut().next(trace_id, self.edge, method, path);
        Met { key, judged_ns: self.world.now_ns() }
    }
}
