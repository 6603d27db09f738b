//! The other side of the proxy: the bare way to the upstream.

use live_world::http::client::{Failure, Upstream};
use sim_core::net::{Body, Edge};

use super::server::bad_gateway;

/// The way to the upstream, with nothing on it.
pub(super) fn edge(upstream: Upstream) -> Edge {
    Edge::from_fn(move |request| {
        let upstream = upstream.clone();
        Box::pin(async move {
            match upstream.exchange(request).await {
                Ok(response) => Ok(response.map(Body::from)),
                Err(Failure::Unintelligible) => Ok(bad_gateway()),
                Err(Failure::Transport(error)) => Err(error),
            }
        })
    })
}
