#![doc = include_str!("../../../docs/faults/abort.md")]

use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::{Request, Response, StatusCode};
use scenario_lang::vocabulary::Spec;
use sim_core::net::Edge;
use tower_layer::Layer;
use tower_service::Service;

use crate::hook::{Hook, Kind};

pub(super) const KIND: Kind = Kind {
    spec: Spec {
        keyword: "abort",
        forms: &["abort {status:status}"],
        doc: "Answers with this status at once, in place of the called service, which never sees the request.",
        example: "abort 503 for 20% of requests",
    },
    hook: |phrase, _| {
        let layer = AbortLayer { status: StatusCode::from_u16(phrase.status("status")?).ok()? };
        Some(Hook::Request {
            acts: Box::new(|_| true),
            around: Box::new(move |edge| Edge::through(layer.layer(edge))),
        })
    },
};

/// Puts [`Abort`] around a service.
#[derive(Debug, Clone, Copy)]
pub struct AbortLayer {
    /// The answer's status.
    pub status: StatusCode,
}

/// Answers every request with one status and an empty body.
#[derive(Debug, Clone)]
pub struct Abort<S> {
    inner: S,
    status: StatusCode,
}

impl<S> Layer<S> for AbortLayer {
    type Service = Abort<S>;

    fn layer(&self, inner: S) -> Abort<S> {
        Abort { inner, status: self.status }
    }
}

impl<S, B, R> Service<Request<B>> for Abort<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Ready<Result<Response<R>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        let mut response = Response::new(R::default());
        *response.status_mut() = self.status;
        ready(Ok(response))
    }
}
