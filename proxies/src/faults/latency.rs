//! `latency 80ms`, `latency normal(80ms, 20ms)`: holds the request back before the callee sees it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Request;
use scenario_lang::vocabulary::Spec;
use sim_core::distribution::Sampler;
use sim_core::net::Edge;
use sim_core::random::RequestKey;
use sim_core::telemetry::Propagation;
use tower_layer::Layer;
use tower_service::Service;

use crate::hook::{Hook, Kind, Means};

pub(super) const KIND: Kind = Kind {
    spec: Spec {
        keyword: "latency",
        forms: &["latency {delay:distribution}"],
        doc: "Holds a request back for so long before the called service sees it; every request draws anew.",
        example: "latency normal(80ms, 20ms)",
    },
    hook: |phrase, means| {
        let layer = LatencyLayer { delay: Sampler::new(&phrase.distribution("delay")?), means };
        Some(Hook::Request(Box::new(move |edge| Edge::through(layer.layer(edge)))))
    },
};

/// Puts [`Latency`] around a service.
#[derive(Clone)]
pub struct LatencyLayer {
    /// How long a request is held back.
    pub delay: Sampler,
    /// The timer, and where the draws come from.
    pub means: Means,
}

/// Holds every request back.
#[derive(Clone)]
pub struct Latency<S> {
    inner: S,
    layer: LatencyLayer,
}

impl<S> Layer<S> for LatencyLayer {
    type Service = Latency<S>;

    fn layer(&self, inner: S) -> Latency<S> {
        Latency { inner, layer: self.clone() }
    }
}

impl<S, B> Service<Request<B>> for Latency<S>
where
    S: Service<Request<B>> + Clone + 'static,
    B: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that was polled ready is the one to call (see `tower_service::Service`).
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        let LatencyLayer { delay, means } = &self.layer;
        // Without a context there is nothing to draw from: the median.
        let draw = Propagation::extract(request.headers())
            .map_or(u64::MAX / 2, |sent| means.draws.draw(RequestKey::from(sent.context), means.purpose));
        let held = (means.sleep)(delay.sample(draw));
        Box::pin(async move {
            held.await;
            inner.call(request).await
        })
    }
}
