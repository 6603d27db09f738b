//! Which requests are hit does not depend on the number of threads, nor on the world.

use std::collections::BTreeSet;
use std::future::ready;
use std::net::SocketAddr;
use std::rc::Rc;

use live_world::world::{LiveWorld, Places};
use proxies::http::HttpProxy;
use proxies::inject::Injector;
use scenario_lang::plan::Plan;
use sim_core::effect::Effect;
use sim_core::net::{Body, Edge, Response};
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::World;

use crate::bench::{Proxy, Wire, serve, upstream};
use crate::system::{CALLS, SECOND, fault, plan, request};

const CLIENTS: u64 = 8;
const REQUESTS: u64 = 50;

/// Of one fault: how many requests it saw and matched, and which it hit, with which of its actions.
type Did = (u64, u64, BTreeSet<(u64, u64)>);

fn summed(workers: &[Vec<Effect>]) -> Vec<Did> {
    let of = |index: usize| {
        let mut did = Did::default();
        for effect in workers.iter().map(|effects| &effects[index]) {
            did.0 += effect.seen;
            did.1 += effect.matched;
            did.2.extend(effect.hits.iter().map(|hit| (hit.span_id.0, hit.actions)));
        }
        did
    };
    (0..workers[0].len()).map(of).collect()
}

/// Each client has requests of its own; every tenth is outside of the window.
fn requests(plan: &Plan, client: u64) -> impl Iterator<Item = sim_core::net::Request> {
    let start_ns = plan.start_unix_ns;
    (0..REQUESTS).map(move |index| {
        let second = if index % 10 == 0 { 1 } else { 11 };
        request((1, 1 + client * REQUESTS + index), start_ns + second * SECOND)
    })
}

fn in_virtual_time(plan: &Plan) -> Vec<Did> {
    let world = VirtualWorld::new(plan.start_unix_ns, plan.seed);
    let injector = Injector::new(&world, plan).unwrap();
    let bare = Edge::from_fn(|_| Box::pin(ready(Ok(Response::new(Body::empty())))));
    let edge = injector.between(CALLS, bare);
    for request in (0..CLIENTS).flat_map(|client| requests(plan, client)) {
        let answer = edge.send(request);
        world.spawn(async move { drop(answer.await) });
    }
    assert_eq!(world.run_until(i64::MAX), 0);
    summed(&[injector.effects()])
}

fn live(plan: &Plan, upstream: SocketAddr, workers: usize) -> Vec<Did> {
    let flown = plan.clone();
    let mut proxy = Proxy::on(workers, move |timer, listener| {
        let world = LiveWorld::new(timer.clone(), flown.seed, Places::default());
        let injector = Rc::new(Injector::new(&world, &flown).unwrap());
        serve(&HttpProxy::new(upstream), &timer, listener, |bare| injector.between(CALLS, bare));
        move || injector.effects()
    });
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let address = proxy.address;
            scope.spawn(move || {
                // A connection each: whichever thread is free takes it.
                for request in requests(plan, client) {
                    let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
                    let (parent, state) = (header("traceparent"), header("tracestate"));
                    let answer = Wire::ask(
                        address,
                        &format!("GET / HTTP/1.1\r\nhost: a\r\ntraceparent: {parent}\r\ntracestate: {state}\r\nconnection: close\r\n\r\n"),
                    );
                    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
                }
            });
        }
    });
    summed(&proxy.end())
}

#[test]
fn the_same_requests_are_hit_at_1_2_and_8_threads_and_in_virtual_time() {
    let faults = fault("f", "abort 503 for 40% of requests\n latency 1ms for 30% of requests")
        + &fault("g", "latency 2ms for 50% of requests");
    let plan = plan(&faults);
    let upstream = upstream(|_, mut wire| wire.answer_all("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    let expected = in_virtual_time(&plan);
    let total = CLIENTS * REQUESTS;
    assert!(
        expected
            .iter()
            .all(|(seen, matched, hit)| *seen == total && *matched == total * 9 / 10 && hit.len() > 50),
        "{expected:?}"
    );
    for workers in [1, 2, 8] {
        assert_eq!(live(&plan, upstream, workers), expected, "{workers} threads");
    }
}
