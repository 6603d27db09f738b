//! Which message ends where: bodies and trailers, both ways, as they come.

use crate::bench::{Proxy, Wire, answering, upstream};

/// Each side waits for what the other has sent before it goes on: whoever gathers a body first waits for ever.
#[test]
fn bodies_are_streamed_both_ways_with_their_trailers() {
    let upstream = upstream(|_, mut wire| {
        let head = wire.read_head();
        assert!(head.contains("\r\ntransfer-encoding: chunked\r\n"), "{head}");
        wire.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: sum\r\n\r\n");
        assert_eq!(wire.read_until("one\r\n"), "3\r\none\r\n");
        wire.send("5\r\nfirst\r\n");
        assert_eq!(wire.read_until("\r\n\r\n"), "0\r\nwhole: yes\r\n\r\n");
        wire.send("0\r\nsum: 5\r\n\r\n");
    });
    let proxy = Proxy::to(upstream);
    let mut client = Wire::to(proxy.address);
    client.send("GET / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ntrailer: whole\r\nte: trailers\r\nconnection: te\r\n\r\n");
    let head = client.read_head();
    assert!(head.contains("\r\ntransfer-encoding: chunked\r\n"), "{head}");
    client.send("3\r\none\r\n");
    assert_eq!(client.read_until("first\r\n"), "5\r\nfirst\r\n");
    client.send("0\r\nwhole: yes\r\n\r\n");
    assert_eq!(client.read_until("\r\n\r\n"), "0\r\nsum: 5\r\n\r\n");
}

#[test]
fn answers_without_bodies_end_after_their_heads() {
    let long = "content-length: 5\r\n\r\n";
    for (method, answer, expected) in [
        ("HEAD", format!("HTTP/1.1 200 OK\r\n{long}"), format!("HTTP/1.1 200 OK\r\n{long}")),
        ("HEAD", "HTTP/1.1 200 OK\r\n\r\n".to_owned(), "HTTP/1.1 200 OK\r\n\r\n".to_owned()),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n".to_owned(), "HTTP/1.1 204 No Content\r\n\r\n".to_owned()),
        (
            "GET",
            format!("HTTP/1.1 304 Not Modified\r\netag: \"a\"\r\n{long}"),
            "HTTP/1.1 304 Not Modified\r\netag: \"a\"\r\n\r\n".to_owned(),
        ),
        (
            "GET",
            "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n".to_owned(),
            "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
        ),
    ] {
        let upstream = upstream(move |_, mut wire| wire.answer_all(&answer));
        let proxy = Proxy::to(upstream);
        let mut client = Wire::to(proxy.address);
        for _ in 0..2 {
            client.send(format!("{method} / HTTP/1.1\r\nhost: a\r\n\r\n"));
            assert_eq!(client.read_head(), expected);
        }
    }
}

#[test]
fn an_answer_that_ends_with_its_connection_is_framed_anew() {
    let (upstream, _heads) = answering("HTTP/1.0 200 OK\r\n\r\nall of it");
    let proxy = Proxy::to(upstream);
    let mut client = Wire::to(proxy.address);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(client.read_head(), "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    assert_eq!(client.read_until("0\r\n\r\n"), "9\r\nall of it\r\n0\r\n\r\n");
}

#[test]
fn who_expects_100_continue_gets_it_and_the_answer() {
    let upstream = upstream(|_, mut wire| {
        wire.read_head();
        wire.send("HTTP/1.1 100 Continue\r\n\r\n");
        wire.read_until("body");
        wire.send("HTTP/1.1 204 No Content\r\n\r\n");
    });
    let proxy = Proxy::to(upstream);
    let mut client = Wire::to(proxy.address);
    client.send("PUT / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n");
    assert_eq!(client.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    assert_eq!(client.read_head(), "HTTP/1.1 204 No Content\r\n\r\n");
}
