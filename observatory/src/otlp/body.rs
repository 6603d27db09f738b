//! What the body of a request holds.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use prost::Message;
use serde::de::DeserializeOwned;

/// The longest body that is taken, in bytes, compressed and decompressed: collectors send batches of thousands of spans,
/// of some hundred bytes each.
pub(super) const MAX_BODY: usize = 8 << 20;

/// How requests and answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `application/x-protobuf`.
    Protobuf,
    /// `application/json`.
    Json,
}

/// Why a request was not taken: the status of the answer, and a sentence.
pub(super) type Refusal = (StatusCode, String);

impl Encoding {
    /// What `Content-Type` says.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let given = headers.get(CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
        let media = given.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        match media.to_ascii_lowercase().as_slice() {
            b"application/x-protobuf" => Ok(Self::Protobuf),
            b"application/json" => Ok(Self::Json),
            _ => Err((
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!(
                    "Content-Type is `{}`; it must be application/x-protobuf or application/json",
                    String::from_utf8_lossy(given)
                ),
            )),
        }
    }

    /// The name of the media type.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }

    /// Reads a message.
    pub(super) fn read<M: Message + Default + DeserializeOwned>(self, bytes: &[u8]) -> Result<M, Refusal> {
        let message = match self {
            Self::Protobuf => M::decode(bytes).map_err(|error| error.to_string()),
            Self::Json => serde_json::from_slice(bytes).map_err(|error| error.to_string()),
        };
        message.map_err(|error| (StatusCode::BAD_REQUEST, format!("the body is no OTLP request: {error}")))
    }
}

/// The body as it was before it was compressed.
pub(super) fn plain(headers: &HeaderMap, body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let given = headers.get(CONTENT_ENCODING).map_or(&b"identity"[..], |value| value.as_bytes());
    let mut plain = Vec::new();
    let read = match given.trim_ascii().to_ascii_lowercase().as_slice() {
        b"gzip" => MultiGzDecoder::new(body).take(MAX_BODY as u64 + 1).read_to_end(&mut plain),
        b"identity" | b"" => body.take(MAX_BODY as u64 + 1).read_to_end(&mut plain),
        _ => {
            let given = String::from_utf8_lossy(given);
            let why = format!("Content-Encoding is `{given}`; it must be gzip or none");
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
        }
    };
    match read {
        Ok(length) if length > MAX_BODY => {
            let why = format!("a request may have {MAX_BODY} bytes, compressed or not: send smaller batches");
            Err((StatusCode::PAYLOAD_TOO_LARGE, why))
        }
        Ok(_) => Ok(plain),
        Err(error) => Err((StatusCode::BAD_REQUEST, format!("the body is not gzip: {error}"))),
    }
}
