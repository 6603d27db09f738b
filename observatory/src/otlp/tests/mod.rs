mod backend;
mod foreign;
mod round_trip;

use sim_core::telemetry::{
    ErrorType, LogRecord, LogShape, Severity, Span, SpanId, SpanKind, SpanShape, TraceId,
};

/// A span of one service, of the kind that the catalog holds under this index.
fn span(shape: u32) -> Span {
    Span {
        trace_id: TraceId(7),
        span_id: SpanId(8),
        parent: SpanId(0),
        start_ns: 1_000,
        end_ns: 2_000,
        shape,
        status: 503,
        resend: 1,
        error: Some(ErrorType::Status(503)),
    }
}

fn shape(kind: SpanKind) -> SpanShape {
    SpanShape {
        service: "shop".into(),
        instance: "shop-0".into(),
        name: "GET /".into(),
        kind,
        peer: None,
        attributes: vec![("server.port".into(), "80".into())],
    }
}

fn line(shape: u32) -> LogRecord {
    LogRecord { time_ns: 1_500, shape, trace_id: TraceId(7), span_id: SpanId(8) }
}

fn log_shape(severity: Severity, body: &str) -> LogShape {
    LogShape { service: "shop".into(), instance: "shop-0".into(), severity, body: body.into() }
}
