//! The names of metrics and labels.

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
/// Callers that gave up waiting.
pub(crate) const DB_TIMEOUTS: &str = "db_client_connection_timeouts_total";

/// `classic`: requests served, by method, handler and code.
pub(crate) const CLASSIC_REQUESTS: &str = "http_requests_total";
/// `classic`: their duration.
pub(crate) const CLASSIC_DURATION: &str = "http_request_duration_seconds";

pub(crate) const SERVICE: &str = "service_name";
pub(crate) const METHOD: &str = "http_request_method";
pub(crate) const ROUTE: &str = "http_route";
pub(crate) const STATUS: &str = "http_response_status_code";
pub(crate) const ERROR: &str = "error_type";
pub(crate) const PEER: &str = "server_address";
pub(crate) const DB_SYSTEM: &str = "db_system_name";
pub(crate) const DB_NAMESPACE: &str = "db_namespace";
pub(crate) const DB_QUERY: &str = "db_query_summary";
pub(crate) const DB_POOL: &str = "db_client_connection_pool_name";
pub(crate) const DB_STATE: &str = "db_client_connection_state";

/// Bucket bounds in seconds, as the conventions advise for durations of HTTP requests.
pub(crate) const DURATION_BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
