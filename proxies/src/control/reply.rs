//! What the control API answers.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::{Value, json};
use sim_core::net::Body;

use crate::tcp::error::Refused;

/// An answer.
pub(crate) enum Reply {
    /// JSON.
    Json(StatusCode, Value),
    /// It is done, and there is nothing to say.
    Done,
    /// Text for Prometheus.
    Metrics(String),
}

impl Reply {
    /// It is not done, and why, in the form that Toxiproxy gives to errors.
    pub(crate) fn error(status: StatusCode, why: &str) -> Self {
        Self::Json(status, json!({ "error": why, "status": status.as_u16() }))
    }

    /// There is nothing of that path, or nothing to be done to it by that method.
    pub(crate) fn unknown(is_path: bool) -> Self {
        match is_path {
            true => Self::error(StatusCode::METHOD_NOT_ALLOWED, "method not allowed"),
            false => Self::error(StatusCode::NOT_FOUND, "404 page not found"),
        }
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let (status, kind, text) = match self {
            Self::Json(status, value) => (status, "application/json", format!("{value}\n")),
            Self::Done => (StatusCode::NO_CONTENT, "application/json", String::new()),
            Self::Metrics(text) => (StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text),
        };
        let mut response = Response::new(Body::from(Bytes::from(text)));
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
        response
    }
}

impl From<Refused> for Reply {
    fn from(refused: Refused) -> Self {
        Self::error(status(&refused), &refused.to_string())
    }
}

impl From<Result<Self, Refused>> for Reply {
    fn from(result: Result<Self, Refused>) -> Self {
        result.unwrap_or_else(Self::from)
    }
}

/// The status that Toxiproxy gives for it.
pub(crate) fn status(refused: &Refused) -> StatusCode {
    match refused {
        Refused::Body(_)
        | Refused::Missing(_)
        | Refused::Stream
        | Refused::Kind
        | Refused::Attributes(_)
        | Refused::TooMany(..) => StatusCode::BAD_REQUEST,
        Refused::NoProxy | Refused::NoToxic => StatusCode::NOT_FOUND,
        Refused::ProxyExists | Refused::ToxicExists => StatusCode::CONFLICT,
        Refused::Listen { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
