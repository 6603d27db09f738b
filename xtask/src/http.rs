//! As much HTTP as it takes to ask a server on this machine: of version 1.0, where an answer ends with its connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::Failure;

/// Sends a form and gives the body of the answer.
pub(crate) fn post(server: SocketAddr, path: &str, form: &[(&str, &str)]) -> Result<String, Failure> {
    let pairs = form.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    let body = pairs.collect::<Vec<_>>().join("&");
    let request = format!(
        "POST {path} HTTP/1.0\r\nHost: {server}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    ask(server, path, &request)
}

/// Gives the body of the answer.
pub(crate) fn get(server: SocketAddr, path: &str) -> Result<String, Failure> {
    ask(server, path, &format!("GET {path} HTTP/1.0\r\nHost: {server}\r\n\r\n"))
}

fn ask(server: SocketAddr, path: &str, request: &str) -> Result<String, Failure> {
    let failed = |what: String| format!("http://{server}{path}: {what}");
    let mut answer = String::new();
    let mut exchange = || {
        let mut stream = TcpStream::connect(server)?;
        stream.write_all(request.as_bytes())?;
        stream.read_to_string(&mut answer)
    };
    exchange().map_err(|error| failed(error.to_string()))?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| failed("no whole answer".into()))?;
    match head.split(' ').nth(1) {
        Some("200") => Ok(body.to_owned()),
        _ => Err(failed(format!("{} {}", head.lines().next().unwrap_or_default(), body.trim()))),
    }
}

/// Percent-encodes everything but what RFC 3986 leaves unreserved.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_means_something_is_encoded() {
        assert_eq!(encoded("a{b=~\"5..\"}[5m] + ü"), "a%7Bb%3D~%225..%22%7D%5B5m%5D%20%2B%20%C3%BC");
    }
}
