//! What passes unchanged.

use std::sync::mpsc::channel;

use crate::bench::{Proxy, Wire, answering, upstream};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[test]
fn the_upstream_sees_the_clients_request_and_nothing_of_the_proxy() {
    let (upstream, heads) = answering(OK);
    let proxy = Proxy::to(upstream);
    let request = "GET /a/../b?c=%20d#e HTTP/1.1\r\nhost: shop.example\r\nx-list: 1\r\nx-list: 2\r\n";
    let answer = Wire::ask(proxy.address, &format!("{request}connection: close\r\n\r\n"));
    assert_eq!(heads.recv().unwrap(), format!("{}\r\n", request.replace("#e", "")));
    assert_eq!(answer, OK.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"));
}

#[test]
fn redirects_are_handed_on() {
    let found = "HTTP/1.1 302 Found\r\nlocation: http://elsewhere.example/\r\ncontent-length: 0\r\n\r\n";
    let (upstream, heads) = answering(found);
    let proxy = Proxy::to(upstream);
    let mut client = Wire::to(proxy.address);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(client.read_head(), found);
    heads.recv().unwrap();
}

#[test]
fn a_request_without_host_gets_the_upstreams() {
    let (upstream, heads) = answering(OK);
    let proxy = Proxy::to(upstream);
    let answer = Wire::ask(proxy.address, "GET / HTTP/1.0\r\n\r\n");
    assert_eq!(heads.recv().unwrap(), format!("GET / HTTP/1.1\r\nhost: {upstream}\r\n\r\n"));
    assert_eq!(answer, OK.replace("HTTP/1.1", "HTTP/1.0"));
}

#[test]
fn connections_to_the_upstream_are_kept() {
    let upstream = upstream(|index, mut wire| {
        wire.answer_all(format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{index}"))
    });
    let proxy = Proxy::to(upstream);
    for _ in 0..3 {
        let mut client = Wire::to(proxy.address);
        for _ in 0..3 {
            client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
            client.read_head();
            assert_eq!(client.read_until("0"), "0");
        }
    }
}

#[test]
fn a_kept_connection_that_was_closed_is_replaced() {
    let (tell, closed) = channel();
    let upstream = upstream(move |index, mut wire| {
        wire.read_head();
        wire.send(format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{index}"));
        drop(wire);
        tell.send(()).unwrap();
    });
    let proxy = Proxy::to(upstream);
    let mut client = Wire::to(proxy.address);
    for index in 0..3 {
        client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n");
        client.read_head();
        client.read_until(&index.to_string());
        closed.recv().unwrap();
    }
}
