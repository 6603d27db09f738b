//! What is asked of the control API.

use bytes::Bytes;
use http::Method;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde::Deserialize;

use crate::tcp::error::Refused;

/// How long a body may be.
const MOST_BYTES: usize = 1 << 20;

/// A request, read to its end.
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The parts of the path between slashes, decoded.
    path: Vec<String>,
    body: Bytes,
}

impl Call {
    pub(crate) async fn read(request: http::Request<Incoming>) -> Result<Self, Refused> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let body = Limited::new(body, MOST_BYTES).collect().await;
        let body = body.map_err(|error| Refused::Body(error.to_string()))?.to_bytes();
        Ok(Self { method: head.method, path, body })
    }

    pub(crate) fn path(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// The body as JSON. As Toxiproxy does, fields that are not known are skipped.
    pub(crate) fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Refused> {
        serde_json::from_slice(&self.body).map_err(|error| Refused::Body(error.to_string()))
    }
}

/// A part of a path, with `%xx` as the bytes they stand for.
fn decode(part: &str) -> String {
    let mut rest = part.as_bytes();
    let mut decoded = Vec::with_capacity(rest.len());
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten();
        let escaped = escaped.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        decoded.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_and_what_is_no_escape_stays() {
        assert_eq!(decode("a%20b"), "a b");
        assert_eq!(decode("%c3%a4%"), "ä%");
        assert_eq!(decode("50%zz%4"), "50%zz%4");
    }
}
