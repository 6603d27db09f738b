//! What is exposed, against what the rules were checked with and what the semantic conventions require
//! (<https://opentelemetry.io/docs/specs/semconv/>).

use std::collections::BTreeSet;

use http::Method;
use scenario_lang::plan::Telemetry;
use services::telemetry::expected::{ExpectedSeries, expected_series};
use sim_core::telemetry::SpanKind;

use crate::support::{Samples, bad_day};

/// Whether a series is of a family.
fn is_of(labels: &[(String, String)], job: &str, family: &ExpectedSeries) -> bool {
    let scraped = [("job".to_owned(), job.to_owned())];
    labels.iter().chain(&scraped).all(|(label, value)| {
        let known = family.labels.iter().find(|(name, _)| name == label);
        known.is_some_and(|(_, values)| values.is_empty() || values.contains(value))
    })
}

#[test]
fn every_exposed_series_was_expected_and_every_expected_one_is_exposed() {
    for preset in [Telemetry::Otel, Telemetry::Classic] {
        let system = bad_day(preset);
        let expected = expected_series(&system.plan);
        let nowhere = system.stranger("api-gateway", Method::GET, "/nowhere");
        let seen = system.run();
        assert_eq!(nowhere.get(), 404);
        let samples = &seen.end.samples;
        assert!(samples.len() > 1000);
        for sample in samples {
            let (name, labels) = (&sample.series.name, &sample.series.labels);
            let known = |family: &ExpectedSeries| family.name == *name && is_of(labels, &sample.job, family);
            assert!(expected.iter().any(known), "{preset:?}: {} {name} {labels:?}", sample.job);
        }
        for family in expected.iter().filter(|family| family.name != "up") {
            let exposed = samples.iter().any(|sample| {
                sample.series.name == family.name && is_of(&sample.series.labels, &sample.job, family)
            });
            assert!(exposed, "{preset:?}: {family:?}");
        }
    }
}

/// Attributes that every series of a metric has, and those that come with some outcomes.
const METRICS: [(&str, &[&str], &[&str]); 8] = [
    (
        "http_server_request_duration_seconds_count",
        &["http.request.method", "url.scheme", "http.route", "http.response.status_code"],
        &["error.type"],
    ),
    ("http_server_active_requests", &["http.request.method", "url.scheme"], &[]),
    (
        "http_client_request_duration_seconds_count",
        &["http.request.method", "server.address", "server.port"],
        &["http.response.status_code", "error.type"],
    ),
    (
        "db_client_operation_duration_seconds_count",
        &["db.system.name", "db.namespace", "db.operation.name", "db.query.summary"],
        &["error.type"],
    ),
    ("db_client_connection_count", &["db.client.connection.pool.name", "db.client.connection.state"], &[]),
    ("db_client_connection_pending_requests", &["db.client.connection.pool.name"], &[]),
    ("db_client_connection_timeouts_total", &["db.client.connection.pool.name"], &[]),
    ("db_client_connection_wait_time_seconds_count", &["db.client.connection.pool.name"], &[]),
];

#[test]
fn metrics_have_the_attributes_of_the_conventions() {
    let Samples { samples, .. } = bad_day(Telemetry::Otel).run().end;
    for (metric, always, sometimes) in METRICS {
        let spelt = |names: &[&str]| -> BTreeSet<String> {
            names.iter().chain(&["service.name"]).map(|name| name.replace('.', "_")).collect()
        };
        let (always, known) = (spelt(always), spelt(&[always, sometimes].concat()));
        let mut met = BTreeSet::new();
        for sample in samples.iter().filter(|sample| sample.series.name == metric) {
            let labels: BTreeSet<String> =
                sample.series.labels.iter().map(|(label, _)| label.clone()).collect();
            assert!(always.is_subset(&labels) && labels.is_subset(&known), "{metric} {labels:?}");
            met.extend(labels);
        }
        assert!(always.is_subset(&met), "{metric} was never exposed");
    }
}

/// An error has its type; what is no error has none. For a client, an answer from 400 on is an error.
#[test]
fn error_type_says_what_went_wrong() {
    let Samples { samples, .. } = bad_day(Telemetry::Otel).run().end;
    for (metric, errors_from) in [("http_server", 500), ("http_client", 400)] {
        let mut types = BTreeSet::new();
        let name = format!("{metric}_request_duration_seconds_count");
        for sample in samples.iter().filter(|sample| sample.series.name == name) {
            let label = |name: &str| {
                sample.series.labels.iter().find(|(label, _)| label == name).map(|(_, value)| value.as_str())
            };
            let error = label("error_type");
            match label("http_response_status_code") {
                Some(status) => {
                    let status: u16 = status.parse().expect("a number");
                    assert_eq!(error.is_some(), status >= errors_from);
                    assert!(error.is_none_or(|error| error == status.to_string()));
                }
                None => assert!(error.is_some_and(|error| error.parse::<u16>().is_err())),
            }
            types.extend(error.map(str::to_owned));
        }
        let expected: &[&str] = match metric {
            "http_server" => &["502", "503", "504"],
            _ => &["404", "502", "503", "connection_error", "timeout"],
        };
        assert!(types.iter().eq(expected), "{metric}: {types:?}");
    }
}

#[test]
fn spans_have_the_attributes_of_the_conventions() {
    let seen = bad_day(Telemetry::Otel).run();
    // `url.path` differs from request to request and is not kept; `http.route` is.
    let server: &[&str] = &["http.request.method", "url.scheme", "http.route"];
    let client: &[&str] = &["http.request.method", "server.address", "server.port", "url.full"];
    let query: &[&str] =
        &["db.system.name", "db.namespace", "db.operation.name", "db.query.summary", "db.query.text"];
    let mut met = [0; 3];
    for span in &seen.spans {
        let (kind, required) = match (span.shape.kind, span.shape.peer.as_deref()) {
            (SpanKind::Server, _) => (0, server),
            (SpanKind::Client, Some("postgres")) => (2, query),
            (SpanKind::Client, _) => (1, client),
            (kind, _) => panic!("no service of a plan has spans of kind {kind:?}"),
        };
        met[kind] += 1;
        for name in required {
            let has = span.shape.attributes.iter().any(|(own, value)| own == name && !value.is_empty());
            assert!(has, "{name} is not among {:?}", span.shape);
        }
    }
    assert!(met.iter().all(|spans| *spans > 100), "{met:?}");
}
