//! What requests are answered: the message of success with what was rejected, or a `google.rpc.Status`.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use prost::Message;
use serde::Serialize;

use super::body::{Encoding, Refusal};

/// `google.rpc.Status`, which OTLP answers failures with. Its details are left out.
#[derive(Clone, PartialEq, Message, Serialize)]
struct Status {
    /// A code of gRPC.
    #[prost(int32, tag = "1")]
    code: i32,
    /// For a person.
    #[prost(string, tag = "2")]
    message: String,
}

/// Everything, or all but what the message says, was taken.
pub(super) fn success(encoding: Encoding, message: &(impl Message + Serialize)) -> Response<Vec<u8>> {
    respond(StatusCode::OK, encoding, message)
}

/// Nothing was taken.
pub(super) fn refusal(encoding: Encoding, (status, message): Refusal) -> Response<Vec<u8>> {
    /// Of gRPC: INVALID_ARGUMENT and UNIMPLEMENTED.
    const INVALID: i32 = 3;
    const UNIMPLEMENTED: i32 = 12;
    let unknown = matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED);
    let code = if unknown { UNIMPLEMENTED } else { INVALID };
    respond(status, encoding, &Status { code, message })
}

fn respond(
    status: StatusCode,
    encoding: Encoding,
    message: &(impl Message + Serialize),
) -> Response<Vec<u8>> {
    let body = match encoding {
        Encoding::Protobuf => message.encode_to_vec(),
        Encoding::Json => serde_json::to_vec(message).expect("its fields are text and numbers"),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(encoding.media_type()));
    response
}
