use proptest::prelude::*;
use sim_core::telemetry::{Catalog, ErrorType, Span, SpanId, SpanKind, SpanShape, TraceId};

use super::{TraceQuery, TraceStats, TraceStore, TraceStoreOptions};

const OPTIONS: TraceStoreOptions =
    TraceStoreOptions { linger_ns: 10, patience_ns: 100, keep_one_in: 4, slow_ns: 50, max_spans: 1_000 };

/// Of four healthy traces the store keeps the ones whose high half is a multiple of four.
fn id(high: u64) -> TraceId {
    TraceId(u128::from(high) << 64 | u128::from(high))
}

/// The span `own` under `parent`; zero is none.
fn span(trace_id: TraceId, own: u64, parent: u64, (start_ns, end_ns): (i64, i64)) -> Span {
    Span {
        trace_id,
        span_id: SpanId(own),
        parent: SpanId(parent),
        start_ns,
        end_ns,
        shape: 0,
        status: 200,
        resend: 0,
        error: None,
    }
}

fn failed(span: Span) -> Span {
    Span { error: Some(ErrorType::Timeout), ..span }
}

fn filled(options: TraceStoreOptions, spans: impl IntoIterator<Item = Span>) -> TraceStore {
    let mut store = TraceStore::new(options);
    spans.into_iter().for_each(|span| store.push(span));
    store
}

/// The kept traces, each as its id and how many spans it has.
fn kept(store: &TraceStore) -> Vec<(TraceId, usize)> {
    store.kept().map(|spans| (spans[0].trace_id, spans.len())).collect()
}

#[test]
fn errors_and_slow_traces_are_all_kept_and_of_the_others_a_share() {
    let mut store = TraceStore::new(OPTIONS);
    for high in 0..400 {
        let at = high as i64 * 10;
        store.push(span(id(high), 1, 0, (at, at + 5)));
    }
    // The root is well; a span below it is not. And one takes exactly as long as counts as slow.
    store.push(failed(span(id(1_001), 2, 1, (4_000, 4_001))));
    store.push(span(id(1_001), 1, 0, (4_000, 4_002)));
    store.push(span(id(1_002), 1, 0, (3_952, 4_002)));
    store.push(span(id(1_003), 1, 0, (3_953, 4_002)));
    store.advance(i64::MAX);
    let expected: Vec<_> = (0..100).map(|n| (id(4 * n), 1)).chain([(id(1_001), 2), (id(1_002), 1)]).collect();
    assert_eq!(kept(&store), expected);
    let stats =
        TraceStats { finished: 403, kept: 102, sampled_out: 301, kept_spans: 103, ..Default::default() };
    assert_eq!(store.stats(), stats);
}

#[test]
fn a_trace_is_decided_on_when_its_late_spans_are_there() {
    let mut store = filled(OPTIONS, [span(id(4), 1, 0, (0, 20)), span(id(4), 2, 1, (0, 30))]);
    // The second came at the last moment: that of the decision is the first that is too late.
    assert_eq!(kept(&store), [(id(4), 1)]);
    store = filled(OPTIONS, [span(id(4), 1, 0, (0, 20)), span(id(4), 2, 1, (0, 29))]);
    assert_eq!(kept(&store), []);
    store.advance(30);
    assert_eq!(kept(&store), [(id(4), 2)]);
}

#[test]
fn a_callee_that_goes_on_is_waited_for_where_its_own_callees_have_ended() {
    let root = span(id(4), 1, 0, (0, 20));
    let below = span(id(4), 3, 2, (10, 25));
    let mut store = filled(OPTIONS, [root, below, span(id(4), 2, 1, (5, 110))]);
    store.advance(120);
    assert_eq!((kept(&store), store.stats().late_spans), (vec![(id(4), 3)], 0));
    // Not for ever: then what hangs in the air goes, so that what is kept is whole.
    let lower_still = span(id(4), 4, 3, (10, 26));
    let mut store = filled(OPTIONS, [root, below, lower_still]);
    store.advance(119);
    assert_eq!(kept(&store), []);
    store.push(span(id(4), 2, 1, (5, 140)));
    assert_eq!((kept(&store), store.stats().late_spans), (vec![(id(4), 1)], 2));
    store.advance(i64::MAX);
    assert_eq!(store.stats().late_spans, 3, "and so does the one that came after the decision");
}

#[test]
fn spans_without_a_root_are_given_up() {
    let mut store = TraceStore::new(OPTIONS);
    for high in 0..1_000 {
        let at = high as i64 * 10;
        store.push(span(id(high), 2, 1, (at, at + 1)));
        let waiting = high + 1 - store.stats().late_spans;
        assert!(waiting <= 21, "twice the patience at one in 10 ns, not {waiting}");
    }
    store.advance(i64::MAX);
    assert_eq!(store.stats(), TraceStats { late_spans: 1_000, ..Default::default() });
}

#[test]
fn the_oldest_give_way_and_are_reported_lost() {
    let traces = (0..10).flat_map(|n| {
        let (id, at) = (id(4 * n), n as i64 * 100);
        [failed(span(id, 2, 1, (at, at + 1))), span(id, 1, 0, (at, at + 2))]
    });
    let mut store = filled(TraceStoreOptions { max_spans: 7, ..OPTIONS }, traces);
    store.advance(i64::MAX);
    assert_eq!(kept(&store), [(id(28), 2), (id(32), 2), (id(36), 2)]);
    let stats = store.stats();
    assert_eq!((stats.finished, stats.kept, stats.evicted, stats.kept_spans), (10, 3, 7, 6));
    let mut catalog = Catalog::default();
    catalog.add_span(shape("a", None));
    let ask = |from_ns| {
        let matches = store.query(&TraceQuery { from_ns, to_ns: i64::MAX, ..Default::default() }, &catalog);
        (matches.count, matches.lost)
    };
    // The last that was lost began at 600.
    assert_eq!([0, 600, 601, 800].map(ask), [(3, 7), (3, 7), (3, 0), (2, 0)]);
}

fn shape(service: &str, peer: Option<&str>) -> SpanShape {
    SpanShape {
        service: service.into(),
        instance: format!("{service}-0"),
        name: "GET".into(),
        kind: SpanKind::Client,
        peer: peer.map(Into::into),
        attributes: vec![],
    }
}

#[test]
fn a_query_asks_for_service_callee_error_and_beginning() {
    let mut catalog = Catalog::default();
    let [client, server, query] = [("shop", Some("stock")), ("stock", None), ("stock", Some("db"))]
        .map(|(service, peer)| catalog.add_span(shape(service, peer)));
    // The query failed, and nobody above it minded.
    let spans = [
        Span { shape: query, ..failed(span(id(4), 3, 2, (12, 14))) },
        Span { shape: server, ..span(id(4), 2, 1, (11, 15)) },
        Span { shape: client, ..span(id(4), 1, 0, (10, 16)) },
    ];
    let mut store = filled(OPTIONS, spans);
    store.advance(i64::MAX);
    let count = |through: Option<&str>, calling: Option<&str>, error, (from_ns, to_ns)| {
        let (through, calling) = (through.map(Into::into), calling.map(Into::into));
        let matches = store.query(&TraceQuery { through, error, calling, from_ns, to_ns }, &catalog);
        assert_eq!(matches.examples, vec![id(4); matches.count as usize]);
        matches.count
    };
    let always = (0, 100);
    assert_eq!(count(None, None, false, (10, 11)), 1);
    assert_eq!(count(None, None, false, (11, 100)) + count(None, None, false, (0, 10)), 0, "it begins at 10");
    assert_eq!(count(Some("shop"), None, false, always), 1);
    assert_eq!(count(Some("bank"), None, false, always), 0);
    assert_eq!(count(Some("shop"), None, true, always), 0, "the shop saw no error");
    assert_eq!(count(Some("stock"), None, true, always), 1);
    assert_eq!(count(Some("shop"), Some("stock"), false, always), 1);
    assert_eq!(count(Some("shop"), Some("stock"), true, always), 0, "that call went well");
    assert_eq!(count(Some("shop"), Some("db"), false, always), 0, "not the shop calls it");
    assert_eq!(count(Some("stock"), Some("db"), true, always), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each span of a trace hangs below an earlier one and ends at some time, early or far too late.
    #[test]
    fn kept_traces_are_whole(
        traces in prop::collection::vec(prop::collection::vec((any::<prop::sample::Index>(), 0..200i64), 0..6), 1..12),
    ) {
        let mut spans = Vec::new();
        for (high, below) in (0..).zip(&traces) {
            let begin = high as i64 * 7;
            spans.push(span(id(high), 1, 0, (begin, begin + 20)));
            for (own, (parent, end)) in (2..).zip(below) {
                let parent = parent.index(own as usize - 1) as u64 + 1;
                spans.push(span(id(high), own, parent, (begin, begin + end)));
            }
        }
        spans.sort_by_key(|span| span.end_ns);
        let mut store = filled(TraceStoreOptions { keep_one_in: 2, ..OPTIONS }, spans.iter().copied());
        store.advance(i64::MAX);
        for spans in store.kept() {
            let known = |id| spans.iter().filter(|span| span.span_id == id).count();
            prop_assert_eq!(spans.iter().filter(|span| span.parent == SpanId(0)).count(), 1);
            for span in spans {
                prop_assert_eq!(known(span.span_id), 1);
                prop_assert!(span.parent == SpanId(0) || known(span.parent) == 1, "{:?}", spans);
            }
        }
        let stats = store.stats();
        prop_assert_eq!(stats.kept, traces.len().div_ceil(2) as u64, "by its id alone");
        let within_patience = spans.iter().filter(|span| {
            span.trace_id.0 % 2 == 0 && span.end_ns < span.start_ns + 30
        });
        // Whoever's ancestors came in time is in it.
        let in_time: Vec<_> = within_patience.collect();
        for span in &in_time {
            let mut above = vec![span.span_id];
            while let Some(next) = in_time.iter().find(|other| other.trace_id == span.trace_id && Some(&other.span_id) == above.last()) {
                above.push(next.parent);
            }
            let whole = above.last() == Some(&SpanId(0));
            let there = store.kept().any(|spans| spans.contains(span));
            prop_assert!(there || !whole, "{span:?}");
        }
    }
}
