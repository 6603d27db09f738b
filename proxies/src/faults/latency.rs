#![doc = include_str!("../../../docs/faults/latency.md")]

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Request;
use scenario_lang::vocabulary::Spec;
use sim_core::distribution::Sampler;
use sim_core::net::Edge;
use sim_core::random::RequestKey;
use tower_layer::Layer;
use tower_service::Service;

use crate::hook::{Hook, Kind, Means};
use crate::met::Met;

pub(super) const KIND: Kind = Kind {
    spec: Spec {
        keyword: "latency",
        forms: &["latency {delay:distribution}"],
        doc: "Holds a request back for so long before the called service sees it; every request draws anew.",
        example: "latency normal(80ms, 20ms)",
    },
    hook: |phrase, means| {
        let layer = LatencyLayer { delay: Sampler::new(&phrase.distribution("delay")?), means };
        let drawn = layer.clone();
        Some(Hook::Request {
            acts: Box::new(move |key| drawn.delay_ns(Some(key)) > 0),
            around: Box::new(move |edge| Edge::through(layer.layer(edge))),
        })
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

impl LatencyLayer {
    /// How long a request is held back, in nanoseconds. Without a key there is nothing to draw from: the median.
    fn delay_ns(&self, key: Option<RequestKey>) -> u64 {
        let Means { draws, purpose, .. } = &self.means;
        self.delay.sample(key.map_or(u64::MAX / 2, |key| draws.draw(key, *purpose)))
    }
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
        let held = (self.layer.means.sleep)(self.layer.delay_ns(Met::key(&request)));
        Box::pin(async move {
            held.await;
            inner.call(request).await
        })
    }
}
