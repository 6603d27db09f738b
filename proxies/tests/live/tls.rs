//! TLS on either side: a first proxy originates what a second one terminates, so that both ends speak plain bytes.

use std::net::SocketAddr;

use live_world::http::tls::{Acceptor, Connector};
use proxies::http::HttpProxy;
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};

use crate::bench::{Proxy, Wire, answering};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n";

/// A certificate for this name and its key.
pub(crate) fn certificate(name: &str) -> CertifiedKey<KeyPair> {
    generate_simple_self_signed([name.to_owned()]).unwrap()
}

pub(crate) fn terminating(of: &CertifiedKey<KeyPair>, upstream: SocketAddr) -> Proxy {
    let acceptor =
        Acceptor::new(of.cert.pem().as_bytes(), of.signing_key.serialize_pem().as_bytes()).unwrap();
    let proxy = HttpProxy { termination: Some(acceptor), ..HttpProxy::new(upstream) };
    Proxy::with(proxy, |_, bare| bare)
}

pub(crate) fn originating(connector: Connector, upstream: SocketAddr) -> Proxy {
    Proxy::with(HttpProxy { origination: Some(connector), ..HttpProxy::new(upstream) }, |_, bare| bare)
}

#[test]
fn a_certificate_is_taken_from_whom_it_is_for() {
    let shop = certificate("shop.example");
    let trusted = |name, of: &CertifiedKey<KeyPair>| Connector::new(name, of.cert.pem().as_bytes()).unwrap();
    let bad = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";
    for (connector, expected) in [
        (trusted("shop.example", &shop), OK),
        (trusted("till.example", &shop), bad),
        (trusted("shop.example", &certificate("shop.example")), bad),
        (Connector::insecure("till.example").unwrap(), OK),
    ] {
        let (upstream, _heads) = answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        let terminating = terminating(&shop, upstream);
        let originating = originating(connector, terminating.address);
        let mut client = Wire::to(originating.address);
        client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        assert_eq!(client.read_head(), expected);
    }
}

#[test]
fn what_is_no_certificate_is_said_to_be_none() {
    let (own, other) = (certificate("a"), certificate("a"));
    let key = |of: &CertifiedKey<KeyPair>| of.signing_key.serialize_pem();
    let said = |certificate: &str, key: &str| {
        Acceptor::new(certificate.as_bytes(), key.as_bytes()).err().map(|error| error.to_string())
    };
    assert_eq!(said(&own.cert.pem(), &key(&own)), None);
    for (told, part) in [
        (said("nothing", &key(&own)), "the certificate cannot be read as PEM"),
        (said(&own.cert.pem(), "nothing"), "the key cannot be read as PEM"),
        (said(&own.cert.pem(), &key(&other)), "the certificate with its key cannot be used"),
        (Connector::new("a", b"").err().map(|error| error.to_string()), "the roots cannot be read as PEM"),
        (Connector::insecure("a b").err().map(|error| error.to_string()), "`a b` is no name of a host"),
    ] {
        assert!(told.as_ref().is_some_and(|told| told.starts_with(part)), "{told:?}");
    }
}
