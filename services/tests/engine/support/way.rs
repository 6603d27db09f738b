//! What happens to requests between two services.

use std::cell::RefCell;
use std::future::{pending, ready};
use std::rc::Rc;

use sim_core::net::{Body, Edge, Response, TransportError};
use sim_core::telemetry::{Propagation, TraceContext};

/// The fate of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// It goes on to the other side.
    Pass,
    /// It is answered on the way, at once.
    Answer(u16),
    /// No connection.
    Refuse,
    /// The connection breaks.
    Break,
    /// No answer ever comes.
    Silence,
}

/// What decides the fate of a request, by its context.
pub(crate) type Fate = Rc<dyn Fn(TraceContext) -> Act>;

/// The way on which each request meets the fate that is given to its context.
pub(crate) fn acting(way: Edge, fate: Fate) -> Edge {
    Edge::from_fn(move |request| {
        let sent = Propagation::extract(request.headers()).expect("every call carries its context");
        match fate(sent.context) {
            Act::Pass => way.send(request),
            Act::Answer(status) => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = status.try_into().expect("a status");
                Box::pin(ready(Ok(response)))
            }
            Act::Refuse => Box::pin(ready(Err(TransportError::Connect))),
            Act::Break => Box::pin(ready(Err(TransportError::Broken))),
            Act::Silence => Box::pin(pending()),
        }
    })
}

/// These fates, one after the other; then all pass. With them, the contexts of the requests met.
pub(crate) fn one_by_one(acts: &[Act]) -> (Fate, Rc<RefCell<Vec<TraceContext>>>) {
    let (acts, met) = (acts.to_vec(), Rc::new(RefCell::new(Vec::new())));
    let contexts = met.clone();
    let act = move |context| {
        let mut met = met.borrow_mut();
        met.push(context);
        acts.get(met.len() - 1).copied().unwrap_or(Act::Pass)
    };
    (Rc::new(act), contexts)
}
