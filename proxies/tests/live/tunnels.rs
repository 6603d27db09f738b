//! Connections that leave HTTP: upgrades and `CONNECT`.

use crate::bench::{Proxy, Wire, upstream};

const ASKED: &str = "upgrade: websocket\r\nconnection: upgrade\r\n\r\n";

/// Bytes both ways, those too that came together with a head.
#[test]
fn what_follows_an_upgrade_passes_as_bytes() {
    for (request, answer) in [
        (
            format!("GET /chat HTTP/1.1\r\nhost: a\r\n{ASKED}"),
            format!("HTTP/1.1 101 Switching Protocols\r\n{ASKED}"),
        ),
        ("CONNECT db:5432 HTTP/1.1\r\nhost: db:5432\r\n\r\n".into(), "HTTP/1.1 200 OK\r\n\r\n".into()),
    ] {
        let expected = (request.clone(), answer.clone());
        let proxy = Proxy::to(upstream(move |_, mut wire| {
            assert_eq!(wire.read_head(), request);
            wire.send(format!("{answer}hello"));
            assert_eq!(wire.read_until("!"), "\x00\x01!");
            wire.send("bye");
        }));
        let mut client = Wire::to(proxy.address);
        client.send(expected.0);
        assert_eq!(client.read_head(), expected.1);
        assert_eq!(client.read_until("hello"), "hello");
        client.send("\x00\x01!");
        assert_eq!(client.read_to_end(), "bye");
    }
}

#[test]
fn a_refused_upgrade_leaves_the_connection_as_it_was() {
    let refused = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let proxy = Proxy::to(upstream(move |_, mut wire| wire.answer_all(refused)));
    let mut client = Wire::to(proxy.address);
    for _ in 0..2 {
        client.send(format!("GET /chat HTTP/1.1\r\nhost: a\r\n{ASKED}"));
        assert_eq!(client.read_head(), refused);
    }
}

#[test]
fn an_upgrade_that_connection_does_not_name_goes_no_further() {
    let proxy = Proxy::to(upstream(|_, mut wire| {
        let head = wire.read_head();
        assert!(!head.contains("upgrade"), "{head}");
        wire.send("HTTP/1.1 204 No Content\r\n\r\n");
    }));
    let mut client = Wire::to(proxy.address);
    client.send("GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\n\r\n");
    assert_eq!(client.read_head(), "HTTP/1.1 204 No Content\r\n\r\n");
}
