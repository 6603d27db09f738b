//! Names of OpenTelemetry's semantic conventions (<https://opentelemetry.io/docs/specs/semconv/>), as far as records of
//! ours have a place of their own for what they name.

use std::borrow::Cow;

use sim_core::telemetry::SpanKind;

pub(super) const SERVICE_NAME: &str = "service.name";
pub(super) const SERVICE_INSTANCE: &str = "service.instance.id";
pub(super) const STATUS: &str = "http.response.status_code";
pub(super) const RESEND: &str = "http.request.resend_count";
pub(super) const ERROR: &str = "error.type";
/// Who is called, where no other attribute says so. Tools draw their service graphs by it.
pub(super) const PEER: &str = "peer.service";
pub(super) const PORT: &str = "server.port";

/// Where a call leads, most telling first.
const LEADS_TO: [&str; 2] = ["db.namespace", "server.address"];

/// Whom a span of this kind calls, by its other attributes.
pub(super) fn peer_by<'a>(kind: SpanKind, attributes: &'a [(Cow<'static, str>, String)]) -> Option<&'a str> {
    if !matches!(kind, SpanKind::Client | SpanKind::Producer) {
        return None;
    }
    let value = |name: &str| attributes.iter().find(|(own, _)| own == name).map(|(_, value)| &**value);
    LEADS_TO.into_iter().find_map(value)
}
