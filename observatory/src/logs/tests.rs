use regex::Regex;
use sim_core::telemetry::{Catalog, LogRecord, LogShape, Severity, SpanId, TraceId};

use super::{LogQuery, LogStore, LogStoreOptions};

/// Kinds of line: the shop's error, its information, and the same text from another service.
fn catalog() -> (Catalog, [u32; 3]) {
    let mut catalog = Catalog::default();
    let kinds = [
        ("shop", Severity::Error, "upstream 503 from stock"),
        ("shop", Severity::Info, "order placed"),
        ("bank", Severity::Error, "upstream 503 from stock"),
    ];
    let shapes = kinds.map(|(service, severity, body)| {
        let (service, instance, body) = (service.to_owned(), format!("{service}-0"), body.to_owned());
        catalog.add_log(LogShape { service, instance, severity, body })
    });
    (catalog, shapes)
}

fn line(shape: u32, time_ns: i64, trace: u128) -> LogRecord {
    LogRecord { time_ns, shape, trace_id: TraceId(trace), span_id: SpanId(1) }
}

fn query(pattern: &str, (from_ns, to_ns): (i64, i64)) -> LogQuery {
    let pattern = Regex::new(pattern).unwrap();
    LogQuery { service: "shop".into(), pattern, with_trace_id: false, from_ns, to_ns }
}

#[test]
fn a_query_asks_for_service_text_trace_and_time() {
    let (catalog, [error, info, elsewhere]) = catalog();
    let mut store = LogStore::new(LogStoreOptions::default());
    assert!(store.is_empty());
    for time_ns in 0..20 {
        store.push(Severity::Error, line(error, time_ns, time_ns as u128 % 2));
        store.push(Severity::Error, line(elsewhere, time_ns, 1));
        store.push(Severity::Info, line(info, time_ns, 1));
    }
    let count = |query: &LogQuery| store.query(query, &catalog).count;
    assert_eq!(count(&query("upstream 5..", (0, 100))), 20);
    assert_eq!(count(&query("upstream 5..", (5, 8))), 3, "the end is not within");
    assert_eq!(count(&query("", (0, 100))), 40);
    assert_eq!(count(&query("^503", (0, 100))), 0);
    let found = store.query(&LogQuery { with_trace_id: true, ..query("503", (4, 100)) }, &catalog);
    assert_eq!((found.count, found.lost), (8, 0));
    assert_eq!(found.examples[0], (5, "upstream 503 from stock".to_owned(), TraceId(1)));
    assert_eq!(store.query(&query("503", (0, 100)), &catalog).examples.len(), 10);
}

#[test]
fn lines_that_come_late_are_found_in_their_time() {
    let (catalog, [error, ..]) = catalog();
    let mut store = LogStore::new(LogStoreOptions::default());
    for time_ns in [5, 9, 2, 7, 2, 0] {
        store.push(Severity::Error, line(error, time_ns, 1));
    }
    let found = store.query(&query("503", (2, 8)), &catalog);
    let times: Vec<i64> = found.examples.iter().map(|(time_ns, ..)| *time_ns).collect();
    assert_eq!(times, [2, 2, 5, 7]);
}

#[test]
fn a_flood_of_one_severity_drives_out_its_own_oldest_only() {
    let (catalog, [error, info, _]) = catalog();
    let mut store = LogStore::new(LogStoreOptions { records_per_severity: 3 });
    store.push(Severity::Error, line(error, 0, 1));
    for time_ns in 0..1_000 {
        store.push(Severity::Info, line(info, time_ns, 1));
        assert!(store.len() <= 4, "one error and three of the others");
    }
    let ask = |from_ns| {
        let found = store.query(&query("", (from_ns, i64::MAX)), &catalog);
        (found.count, found.lost)
    };
    // The last that was lost is of 996.
    assert_eq!([0, 996, 997, 998].map(ask), [(4, 997), (3, 997), (3, 0), (2, 0)]);
    assert_eq!(store.query(&query("503", (0, 996)), &catalog).count, 1);
}
