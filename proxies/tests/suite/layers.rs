//! The layers are Tower layers like any other: around any service over `http::Request`, whatever its bodies.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::{Ready, poll_fn, ready};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use proxies::faults::abort::AbortLayer;
use proxies::faults::latency::LatencyLayer;
use proxies::hook::Means;
use scenario_lang::quantity::Distribution;
use sim_core::distribution::Sampler;
use sim_core::random::Purpose;
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::World;
use tower_layer::Layer;
use tower_service::Service;

/// Answers with the length of what was sent, once it is ready.
#[derive(Clone)]
struct Length {
    ready: Poll<Result<(), &'static str>>,
}

impl Service<Request<String>> for Length {
    type Response = Response<Vec<usize>>;
    type Error = &'static str;
    type Future = Ready<Result<Response<Vec<usize>>, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        self.ready
    }

    fn call(&mut self, request: Request<String>) -> Self::Future {
        ready(Ok(Response::new(vec![request.body().len()])))
    }
}

const READY: Length = Length { ready: Poll::Ready(Ok(())) };

fn latency(world: &VirtualWorld) -> LatencyLayer {
    let delay = Sampler::new(&Distribution::Constant(Duration::from_millis(5)));
    LatencyLayer { delay, means: Means::new(world, Purpose::new("layer")) }
}

fn at_once<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn abort_answers_with_an_empty_body_of_the_services_own_type() {
    let mut service = AbortLayer { status: StatusCode::BAD_GATEWAY }.layer(READY);
    let Poll::Ready(Ok(response)) = at_once(service.call(Request::new("order".to_owned()))) else {
        panic!("an abort answers at once");
    };
    assert_eq!((response.status(), response.body().len()), (StatusCode::BAD_GATEWAY, 0));
}

#[test]
fn latency_hands_on_bodies_and_answers() {
    let world = VirtualWorld::new(0, 1);
    let answer = Rc::new(RefCell::new(None));
    let (clock, got) = (world.clone(), answer.clone());
    let mut service = latency(&world).layer(READY);
    world.spawn(async move {
        let response = service.call(Request::new("order".to_owned())).await;
        *got.borrow_mut() = Some((response.unwrap().into_body(), clock.now_ns()));
    });
    world.run_until(i64::MAX);
    assert_eq!(answer.take(), Some((vec![5], 5_000_000)), "without a key, the median");
}

#[test]
fn the_layers_are_ready_when_what_they_are_around_is() {
    let world = VirtualWorld::new(0, 1);
    for ready in [Poll::Pending, Poll::Ready(Ok(())), Poll::Ready(Err("broken"))] {
        let mut cx = Context::from_waker(Waker::noop());
        let inner = || Length { ready };
        assert_eq!(AbortLayer { status: StatusCode::OK }.layer(inner()).poll_ready(&mut cx), ready);
        assert_eq!(latency(&world).layer(inner()).poll_ready(&mut cx), ready);
    }
}

/// A service may be ready once only: what was polled must be what is called (see [`tower_service::Service`]).
#[test]
fn latency_calls_the_service_that_was_polled() {
    #[derive(Default)]
    struct Once {
        polled: bool,
    }
    impl Clone for Once {
        fn clone(&self) -> Self {
            Self::default()
        }
    }
    impl Service<Request<()>> for Once {
        type Response = Response<()>;
        type Error = Infallible;
        type Future = Ready<Result<Response<()>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            self.polled = true;
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            assert!(self.polled, "called without having been polled");
            ready(Ok(Response::new(())))
        }
    }
    let world = VirtualWorld::new(0, 1);
    let mut service = latency(&world).layer(Once::default());
    world.spawn(async move {
        for _ in 0..2 {
            poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
            service.call(Request::new(())).await.unwrap();
        }
    });
    assert_eq!(world.run_until(i64::MAX), 0);
}
