use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message;
use sim_core::telemetry::{
    Catalog, ErrorType, LogRecord, LogShape, Severity, Span, SpanId, SpanKind, SpanShape, TraceId,
};

use super::super::attributes::peer_by;
use super::super::{decode, encode, intern::Interner};

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 /{}._-]{0,12}"
}

fn kind() -> impl Strategy<Value = SpanKind> {
    use SpanKind::*;
    prop::sample::select(vec![Internal, Server, Client, Producer, Consumer])
}

/// Numbers and other text, under names that mean something to calls and names that do not.
fn attribute() -> impl Strategy<Value = (String, String)> {
    let name = prop::sample::select(vec!["server.port", "server.address", "db.namespace", "http.route", "x"]);
    (name.prop_map(String::from), prop_oneof![text(), any::<i64>().prop_map(|number| number.to_string())])
}

prop_compose! {
    fn span_shape()(
        (service, instance, name) in (text(), text(), text()),
        kind in kind(),
        peer in prop::option::of(text()),
        attributes in vec(attribute(), 0..4),
    ) -> SpanShape {
        let attributes: Vec<_> = attributes.into_iter().map(|(name, value)| (name.into(), value)).collect();
        let peer = peer.or_else(|| peer_by(kind, &attributes).map(str::to_owned));
        SpanShape { service, instance, name, kind, peer, attributes }
    }
}

fn error() -> impl Strategy<Value = Option<ErrorType>> {
    use ErrorType::*;
    let status = (0..1000u16).prop_map(|status| Some(Status(status)));
    let state =
        prop::array::uniform5(prop::sample::select(b"059AZ".to_vec())).prop_map(|state| Some(Sql(state)));
    prop_oneof![
        status,
        state,
        prop::sample::select(vec![None, Some(Timeout), Some(Connect), Some(Broken), Some(PoolTimeout)]),
        prop::sample::select(vec![Some(Cancelled), Some(Other)]),
    ]
}

prop_compose! {
    fn span()(
        (trace_id, span_id, parent) in (1..=u128::MAX, 1..=u64::MAX, any::<u64>()),
        (start_ns, lasts_ns) in (0..i64::MAX / 2, 0..i64::MAX / 2),
        shape in any::<prop::sample::Index>(),
        (status, resend, error) in (any::<u16>(), any::<u16>(), error()),
    ) -> (Span, prop::sample::Index) {
        let (trace_id, span_id, parent) = (TraceId(trace_id), SpanId(span_id), SpanId(parent));
        (Span { trace_id, span_id, parent, start_ns, end_ns: start_ns + lasts_ns, shape: 0, status, resend, error }, shape)
    }
}

prop_compose! {
    fn log_shape()((service, instance, body) in (text(), text(), text()), severity in 0..3) -> LogShape {
        let severity = [Severity::Info, Severity::Warn, Severity::Error][severity as usize];
        LogShape { service, instance, severity, body }
    }
}

/// Records with what they point to in place of an index; spans of one replica come together.
fn sorted<R, S: Clone>(pairs: Vec<(R, S)>, resource: impl Fn(&S) -> (String, String)) -> Vec<(R, S)> {
    let mut order: Vec<(String, String)> = Vec::new();
    for (_, shape) in &pairs {
        if !order.contains(&resource(shape)) {
            order.push(resource(shape));
        }
    }
    let mut pairs = pairs;
    pairs.sort_by_key(|(_, shape)| order.iter().position(|known| *known == resource(shape)));
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn spans_come_back_as_they_were(shapes in vec(span_shape(), 1..5), spans in vec(span(), 0..12)) {
        let mut catalog = Catalog::default();
        for shape in &shapes {
            catalog.add_span(shape.clone());
        }
        let spans: Vec<Span> =
            spans.into_iter().map(|(span, shape)| Span { shape: shape.index(shapes.len()) as u32, ..span }).collect();
        let bytes = encode::traces(&spans, &catalog);

        let (mut kinds, mut came) = (Interner::default(), Vec::new());
        let request = Message::decode(&*bytes).unwrap();
        let rejected = decode::traces(request, i64::MAX, &mut kinds, |span, shape| {
            came.push((Span { shape: 0, ..span }, shape.clone()));
            Ok(())
        });
        prop_assert_eq!(rejected.count, 0);
        let went = spans.iter().map(|span| (Span { shape: 0, ..*span }, catalog.span(span.shape).clone())).collect();
        prop_assert_eq!(came, sorted(went, |shape: &SpanShape| (shape.service.clone(), shape.instance.clone())));
        let mut different = shapes;
        different.retain(|shape| spans.iter().any(|span| catalog.span(span.shape) == shape));
        different.sort();
        different.dedup();
        prop_assert_eq!(kinds.catalog().spans().len(), different.len(), "each kind is kept once");
    }

    #[test]
    fn log_lines_come_back_as_they_were(
        shapes in vec(log_shape(), 1..5),
        lines in vec((1..i64::MAX, any::<u128>(), any::<u64>(), any::<prop::sample::Index>()), 0..12),
    ) {
        let mut catalog = Catalog::default();
        for shape in &shapes {
            catalog.add_log(shape.clone());
        }
        let record = |(time_ns, trace, span, shape): (i64, u128, u64, prop::sample::Index)| LogRecord {
            time_ns,
            shape: shape.index(shapes.len()) as u32,
            trace_id: TraceId(trace),
            span_id: SpanId(span),
        };
        let lines: Vec<LogRecord> = lines.into_iter().map(record).collect();
        let bytes = encode::logs(&lines, &catalog);

        let (mut kinds, mut came) = (Interner::default(), Vec::new());
        let request = Message::decode(&*bytes).unwrap();
        let rejected = decode::logs(request, (0, i64::MAX), &mut kinds, |line, shape| {
            came.push((LogRecord { shape: 0, ..line }, shape.clone()));
        });
        prop_assert_eq!(rejected.count, 0);
        let went = lines.iter().map(|line| (LogRecord { shape: 0, ..*line }, catalog.log(line.shape).clone())).collect();
        prop_assert_eq!(came, sorted(went, |shape: &LogShape| (shape.service.clone(), shape.instance.clone())));
    }
}
