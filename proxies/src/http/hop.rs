//! Header fields that are meant for one connection only, and are not handed on (RFC 9110, section 7.6.1).

use http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, TE, TRANSFER_ENCODING, UPGRADE,
};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");

/// What no `Connection` can take away: without it the message would mean another. `Transfer-Encoding` says how the message
/// is framed on the next connection, too.
const FRAMING: [HeaderName; 3] = [CONTENT_LENGTH, HOST, TRANSFER_ENCODING];

/// Takes away what was meant for one connection of HTTP/1.1. What holds for the whole way is said anew: that trailers are
/// understood, and the wish to change to another protocol.
pub(super) fn strip(headers: &mut HeaderMap) {
    let mut upgrades = false;
    // Most messages name nothing here, or nothing but `close` and `keep-alive`.
    if headers.contains_key(CONNECTION) {
        for name in named(headers) {
            match name {
                UPGRADE => upgrades = true,
                name if FRAMING.contains(&name) => {}
                name if name == TE => {}
                name => while headers.remove(&name).is_some() {},
            }
        }
        headers.remove(CONNECTION);
    }
    headers.remove(KEEP_ALIVE);
    headers.remove(PROXY_CONNECTION);
    if upgrades && headers.contains_key(UPGRADE) {
        headers.append(CONNECTION, HeaderValue::from_static("upgrade"));
    } else {
        headers.remove(UPGRADE);
    }
    if headers.contains_key(TE) && takes_trailers(headers) {
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.append(CONNECTION, HeaderValue::from_static("te"));
    } else {
        headers.remove(TE);
    }
    // Where both stand, the framing is what holds, and a length beside it would mislead whoever comes next.
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
    }
}

/// What `Connection` names.
fn named(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(CONNECTION).iter();
    let names = values.flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
    names.filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok()).collect()
}

fn takes_trailers(headers: &HeaderMap) -> bool {
    let values = headers.get_all(TE).iter();
    let mut codings = values.flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
    codings.any(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"trailers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(fields: &[(&'static str, &'static str)]) -> Vec<(String, String)> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        strip(&mut headers);
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        let mut left: Vec<_> = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        left.sort();
        left
    }

    fn fields(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn what_connection_names_ends_here() {
        let left = stripped(&[
            ("accept", "*/*"),
            ("connection", "close, X-Once"),
            ("connection", "x-twice"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("x-once", "1"),
            ("x-twice", "2"),
        ]);
        assert_eq!(left, fields(&[("accept", "*/*")]));
    }

    #[test]
    fn framing_cannot_be_named_away() {
        let sent = [("content-length", "3"), ("host", "shop")];
        let named = [("connection", "content-length, host, transfer-encoding")];
        assert_eq!(stripped(&[&sent[..], &named].concat()), fields(&sent));
    }

    #[test]
    fn a_length_beside_a_transfer_coding_does_not_pass() {
        let left = stripped(&[("content-length", "3"), ("transfer-encoding", "chunked")]);
        assert_eq!(left, fields(&[("transfer-encoding", "chunked")]));
    }

    #[test]
    fn an_upgrade_passes_when_connection_names_it() {
        let passed = [("connection", "upgrade"), ("upgrade", "websocket")];
        assert_eq!(stripped(&[("connection", "keep-alive, Upgrade"), passed[1]]), fields(&passed));
        assert_eq!(stripped(&[passed[1]]), []);
        assert_eq!(stripped(&[passed[0]]), []);
    }

    #[test]
    fn of_te_only_trailers_passes() {
        let passed = [("connection", "te"), ("te", "trailers")];
        assert_eq!(stripped(&[("te", "gzip, Trailers"), ("connection", "TE")]), fields(&passed));
        assert_eq!(stripped(&[("te", "gzip"), ("connection", "TE")]), []);
    }
}
