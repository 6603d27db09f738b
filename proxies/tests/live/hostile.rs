//! Peers that mean no good, or do not know better.

use std::io::{ErrorKind, Read, Write};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use proxies::http::HttpProxy;

use crate::bench::{Proxy, Wire, answering, upstream};

const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const BAD_GATEWAY: &str = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";

/// Far more than all buffers on the way hold.
const MUCH: usize = 100 << 20;

/// Sends the same again and again, until the other side takes no more or has gone; how many bytes went out.
fn flood(wire: &mut Wire, piece: &[u8]) -> usize {
    wire.0.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut sent = 0;
    while sent < MUCH {
        match wire.0.write(piece) {
            Ok(count) => sent += count,
            Err(_) => break,
        }
    }
    sent
}

fn headers(count: usize) -> String {
    (0..count).map(|index| format!("x-{index}: {index}\r\n")).collect()
}

#[test]
fn an_upstream_that_speaks_no_http_is_a_bad_gateway_and_is_dropped() {
    let garbage = ["\x00\x01\x02\x03\r\n\r\n", "SSH-2.0-OpenSSH_9.9\r\n", "HTTP/1.1 abc\r\n\r\n"];
    for garbage in garbage {
        let (tell, told) = channel();
        let proxy = Proxy::to(upstream(move |_, mut wire| {
            wire.read_head();
            wire.send(garbage);
            wire.read_to_end();
            tell.send(()).unwrap();
        }));
        let mut client = Wire::to(proxy.address);
        for _ in 0..2 {
            client.send(GET);
            assert_eq!(client.read_head(), BAD_GATEWAY);
            told.recv().expect("its connection is closed");
        }
    }
}

#[test]
fn lengths_that_contradict_each_other_are_a_bad_gateway() {
    let (upstream, _heads) = answering("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab");
    let proxy = Proxy::to(upstream);
    let mut client = Wire::to(proxy.address);
    client.send(GET);
    assert_eq!(client.read_head(), BAD_GATEWAY);
}

#[test]
fn an_upstream_that_never_answers_is_given_up_after_the_limit() {
    let silent = upstream(|_, mut wire| drop(wire.read_to_end()));
    let proxy = HttpProxy { answer_within: Some(Duration::from_millis(20)), ..HttpProxy::new(silent) };
    let proxy = Proxy::with(proxy, |_, bare| bare);
    let mut client = Wire::to(proxy.address);
    for _ in 0..2 {
        client.send(GET);
        assert_eq!(client.read_head(), "HTTP/1.1 504 Gateway Timeout\r\ncontent-length: 0\r\n\r\n");
    }
}

#[test]
fn too_many_headers_are_refused_on_either_side() {
    let many = headers(100_000);
    let (untouched, heads) = answering("HTTP/1.1 204 No Content\r\n\r\n");
    let proxy = Proxy::to(untouched);
    let mut client = Wire::to(proxy.address);
    // The proxy may close before it has all of it.
    let _ = client.0.write_all(format!("GET / HTTP/1.1\r\n{many}\r\n").as_bytes());
    let refused = client.read_head();
    assert!(refused.starts_with("HTTP/1.1 431 "), "{refused}");
    assert!(heads.try_recv().is_err());

    let proxy = Proxy::to(upstream(move |_, mut wire| {
        wire.read_head();
        let _ = wire.0.write_all(format!("HTTP/1.1 200 OK\r\n{many}\r\n").as_bytes());
    }));
    let mut client = Wire::to(proxy.address);
    client.send(GET);
    assert_eq!(client.read_head(), BAD_GATEWAY);
}

/// What nobody takes is not gathered: the sender has to stop.
#[test]
fn an_endless_body_is_held_up_by_who_does_not_read() {
    let head = "transfer-encoding: chunked\r\n\r\n";
    let piece = [b"10000\r\n", &[b'x'; 1 << 16][..], b"\r\n"].concat();

    let (tell, sent) = channel();
    let chunk = piece.clone();
    let proxy = Proxy::to(upstream(move |_, mut wire| {
        wire.read_head();
        wire.send(format!("HTTP/1.1 200 OK\r\n{head}"));
        tell.send(flood(&mut wire, &chunk)).unwrap();
    }));
    let mut client = Wire::to(proxy.address);
    client.send(GET);
    client.read_head();
    assert!(sent.recv().unwrap() < MUCH);

    let (end, ended) = channel::<()>();
    let ended = Mutex::new(ended);
    let proxy = Proxy::to(upstream(move |_, mut wire| {
        wire.read_head();
        // It reads no more, and stays until the test has ended.
        let _ = ended.lock().unwrap().recv();
    }));
    let mut client = Wire::to(proxy.address);
    client.send(format!("POST / HTTP/1.1\r\nhost: a\r\n{head}"));
    assert!(flood(&mut client, &piece) < MUCH);
    drop(end);
}

/// Much more than any buffer holds, and all of it arrives.
#[test]
fn a_long_body_passes_whole() {
    const LENGTH: usize = 64 << 20;
    let proxy = Proxy::to(upstream(|_, mut wire| {
        wire.read_head();
        wire.send(format!("HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\n\r\n"));
        let mut left = LENGTH;
        while left > 0 {
            left -= wire.0.write(&[b'x'; 1 << 16][..left.min(1 << 16)]).unwrap();
        }
        wire.read_to_end();
    }));
    let mut client = Wire::to(proxy.address);
    client.send(GET);
    client.read_head();
    let mut left = LENGTH;
    let mut buffer = vec![0; 1 << 16];
    while left > 0 {
        left -= client.0.read(&mut buffer).unwrap();
    }
}

/// However a request says twice where it ends, the upstream is told once, and nothing that is left over is taken for the
/// next request.
#[test]
fn no_request_is_smuggled_in_another() {
    let smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
    for framing in [
        "content-length: 43\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 43",
        "content-length: 5\r\ncontent-length: 43",
        "content-length: 5, 43",
        "content-length: +5",
        "content-length: -1",
        "content-length: 0x5",
        "content-length: 99999999999999999999999999",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: xchunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity",
        "transfer-encoding : chunked",
        "transfer-encoding:\x0bchunked",
        "connection: content-length, transfer-encoding\r\ntransfer-encoding: chunked",
    ] {
        let (tell, heads) = channel();
        let proxy = Proxy::to(upstream(move |_, mut wire| {
            loop {
                let head = wire.read_head();
                if head.contains("chunked") {
                    wire.read_until("0\r\n\r\n");
                }
                tell.send(head).unwrap();
                wire.send("HTTP/1.1 204 No Content\r\n\r\n");
            }
        }));
        let mut client = Wire::to(proxy.address);
        client.send(format!("POST / HTTP/1.1\r\nhost: a\r\n{framing}\r\n\r\n{smuggled}"));
        let answer = client.read_head();
        match heads.try_recv() {
            Err(_) => assert!(answer.starts_with("HTTP/1.1 400 "), "{framing}: {answer}"),
            Ok(head) => {
                assert!(
                    !head.contains("content-length") && head.contains("transfer-encoding: chunked\r\n"),
                    "{framing}: {head}"
                );
                if framing.contains("content-length: 43") {
                    assert_eq!(client.read_to_end(), "", "{framing}: nothing that follows is read");
                }
            }
        }
    }
}

#[test]
fn a_client_that_speaks_no_http_is_told_so() {
    let (untouched, heads) = answering("");
    let proxy = Proxy::to(untouched);
    for garbage in ["\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
        let answer = Wire::ask(proxy.address, garbage);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    assert!(heads.try_recv().is_err());
}

#[test]
fn peers_may_be_as_slow_as_they_like() {
    let proxy = Proxy::to(upstream(|_, mut wire| {
        wire.read_head();
        for byte in "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".bytes() {
            wire.send([byte]);
        }
        wire.read_to_end();
    }));
    let mut client = Wire::to(proxy.address);
    for byte in GET.bytes() {
        client.send([byte]);
    }
    assert_eq!(client.read_until("ok"), "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    client.0.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    let kinds = [ErrorKind::WouldBlock, ErrorKind::TimedOut];
    assert!(client.0.read(&mut [0]).is_err_and(|error| kinds.contains(&error.kind())), "still open");
}
