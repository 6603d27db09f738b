//! The names of metrics and labels.

use scenario_lang::plan::Telemetry;

/// Duration of requests served, by method, route and outcome.
pub(crate) const SERVER_DURATION: &str = "http_server_request_duration_seconds";
/// Requests being served.
pub(crate) const SERVER_ACTIVE: &str = "http_server_active_requests";
/// Duration of calls to other services, by method, peer and outcome.
pub(crate) const CLIENT_DURATION: &str = "http_client_request_duration_seconds";
/// Duration of queries.
pub(crate) const DB_DURATION: &str = "db_client_operation_duration_seconds";
/// Connections of a pool, by state.
pub(crate) const DB_CONNECTIONS: &str = "db_client_connection_count";
/// Callers waiting for a connection.
pub(crate) const DB_PENDING: &str = "db_client_connection_pending_requests";
/// How long callers waited for a connection.
pub(crate) const DB_WAIT: &str = "db_client_connection_wait_time_seconds";
/// Callers that gave up waiting.
pub(crate) const DB_TIMEOUTS: &str = "db_client_connection_timeouts_total";

/// `classic`: requests served, by method, handler and code.
pub(crate) const CLASSIC_REQUESTS: &str = "http_requests_total";
/// `classic`: their duration.
pub(crate) const CLASSIC_DURATION: &str = "http_request_duration_seconds";

/// The counter of requests served under a preset, and its label with the status.
pub fn request_counter(preset: Telemetry) -> (&'static str, &'static str) {
    match preset {
        Telemetry::Otel => ("http_server_request_duration_seconds_count", STATUS),
        Telemetry::Classic => (CLASSIC_REQUESTS, "code"),
    }
}

pub(crate) const SERVICE: &str = "service_name";
pub(crate) const METHOD: &str = "http_request_method";
pub(crate) const ROUTE: &str = "http_route";
pub(crate) const SCHEME: &str = "url_scheme";
pub(crate) const STATUS: &str = "http_response_status_code";
pub(crate) const ERROR: &str = "error_type";
pub(crate) const PEER: &str = "server_address";
pub(crate) const PORT: &str = "server_port";
pub(crate) const DB_SYSTEM: &str = "db_system_name";
pub(crate) const DB_NAMESPACE: &str = "db_namespace";
pub(crate) const DB_OPERATION: &str = "db_operation_name";
pub(crate) const DB_QUERY: &str = "db_query_summary";
pub(crate) const DB_POOL: &str = "db_client_connection_pool_name";
pub(crate) const DB_STATE: &str = "db_client_connection_state";

/// The value of [`SCHEME`]: traffic between services is plain.
pub(crate) const HTTP: &str = "http";
/// The value of [`PORT`].
pub(crate) const HTTP_PORT: &str = "80";

/// Every histogram of the services with its bucket bounds, in seconds.
pub fn histograms() -> impl Iterator<Item = (&'static str, &'static [f64])> {
    [SERVER_DURATION, CLIENT_DURATION, DB_DURATION, DB_WAIT, CLASSIC_DURATION]
        .into_iter()
        .map(|name| (name, bucket_bounds(name)))
}

/// Bucket bounds of a duration, in seconds: what the semantic conventions advise for it, and for the `classic` preset
/// the usual ones of Prometheus' client libraries. The conventions advise none for the wait for a connection; a wait is
/// compared with the operations behind it.
pub(crate) fn bucket_bounds(metric: &str) -> &'static [f64] {
    match metric {
        DB_DURATION | DB_WAIT => &[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0],
        CLASSIC_DURATION => &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0],
        _ => &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0],
    }
}
