//! Connections that end before their time, on either side.

use std::sync::mpsc::channel;

use proxies::http::HttpProxy;
use sim_core::net::{Edge, TransportError};

use crate::bench::{Proxy, Wire, nowhere, upstream};

const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

#[test]
fn an_upstream_that_is_down_is_a_bad_gateway() {
    let proxy = Proxy::to(nowhere());
    let mut client = Wire::to(proxy.address);
    for _ in 0..2 {
        client.send(GET);
        assert_eq!(client.read_head(), "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    }
}

#[test]
fn without_an_answer_the_client_gets_none() {
    let proxy = Proxy::to(upstream(|_, mut wire| drop(wire.read_head())));
    assert_eq!(Wire::ask(proxy.address, GET), "");
}

#[test]
fn a_fault_that_breaks_the_connection_breaks_the_clients() {
    let broken = |_: &_, _| Edge::from_fn(|_| Box::pin(std::future::ready(Err(TransportError::Broken))));
    let proxy = Proxy::with(HttpProxy::new(nowhere()), broken);
    assert_eq!(Wire::ask(proxy.address, GET), "");
}

/// A clean end would make half of the answer look like the whole.
#[test]
fn an_answer_that_breaks_off_does_not_end_well() {
    let heads = ["content-length: 9\r\n\r\n", "transfer-encoding: chunked\r\n\r\n5\r\n"];
    for head in heads {
        let proxy = Proxy::to(upstream(move |_, mut wire| {
            wire.read_head();
            wire.send(format!("HTTP/1.1 200 OK\r\n{head}half\n"));
        }));
        let answer = Wire::ask(proxy.address, GET);
        assert!(
            answer.ends_with("half\n") || answer.ends_with("half\n\r\n") || answer.is_empty(),
            "{answer}"
        );
    }
}

/// The upstream's connection is closed as soon as the client's is: before the answer, in it, and while the request is sent.
#[test]
fn when_the_client_goes_away_the_upstream_learns_of_it() {
    let upload = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf";
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    for (request, answer) in [(GET, ""), (GET, half), (upload, ""), (upload, half)] {
        let (tell, told) = channel();
        let proxy = Proxy::to(upstream(move |_, mut wire| {
            wire.read_head();
            wire.send(answer);
            tell.send(()).unwrap();
            wire.read_to_end();
            tell.send(()).unwrap();
        }));
        let mut client = Wire::to(proxy.address);
        client.send(request);
        if !answer.is_empty() {
            client.read_until("half");
        }
        told.recv().unwrap();
        drop(client);
        told.recv().expect("the upstream's connection ends before its time limit");
    }
}
