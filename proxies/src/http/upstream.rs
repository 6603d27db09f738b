//! The other side of the proxy: the bare way to the upstream.

use std::time::Duration;

use http::StatusCode;
use live_world::http::client::{Failure, Upstream};
use live_world::timer::Timer;
use sim_core::net::{Body, Edge};
use sim_core::sync::within;

use super::server::status;

/// The way to the upstream, with nothing on it.
pub(super) fn edge(upstream: Upstream, timer: &Timer, limit: Option<Duration>) -> Edge {
    let timer = timer.clone();
    Edge::from_fn(move |request| {
        let (upstream, timer) = (upstream.clone(), timer.clone());
        Box::pin(async move {
            let answer = upstream.exchange(request);
            let answer = match limit {
                None => answer.await,
                Some(limit) => {
                    let end = timer.sleep(limit.as_nanos().try_into().unwrap_or(u64::MAX));
                    let Some(answer) = within(answer, end).await else {
                        return Ok(status(StatusCode::GATEWAY_TIMEOUT));
                    };
                    answer
                }
            };
            match answer {
                Ok(response) => Ok(response.map(Body::from)),
                Err(Failure::Unintelligible) => Ok(status(StatusCode::BAD_GATEWAY)),
                Err(Failure::Transport(error)) => Err(error),
            }
        })
    })
}
