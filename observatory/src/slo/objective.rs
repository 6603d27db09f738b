//! What is promised.

/// A service level objective over requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    /// Its name, such as `orders-availability`.
    pub name: String,
    /// The service that promises.
    pub service: String,
    /// The share of good requests, between 0 and 1, such as 0.999.
    pub objective: f64,
    /// Over how long, milliseconds.
    pub period_ms: i64,
    /// A selector of the counter of all requests.
    pub all: String,
    /// A selector of the counter of bad requests.
    pub bad: String,
}

impl Slo {
    /// An objective over a service's HTTP requests, of which those with a status of this hundred (5 for `5xx`) are
    /// bad. The series are those of OpenTelemetry's semantic conventions in Prometheus' notation.
    pub fn http(name: &str, service: &str, objective: f64, period_ms: i64, bad_class: u16) -> Self {
        let metric = "http_server_request_duration_seconds_count";
        Self {
            name: name.to_string(),
            service: service.to_string(),
            objective,
            period_ms,
            all: format!("{metric}{{service_name=\"{service}\"}}"),
            bad: format!(
                "{metric}{{service_name=\"{service}\", http_response_status_code=~\"{bad_class}..\"}}"
            ),
        }
    }

    /// The share of requests that may be bad: 1 − objective, without the noise of that subtraction.
    pub fn budget(&self) -> f64 {
        rounded(1.0 - self.objective)
    }
}

/// To twelve decimals, so that 1 − 0.999 is 0.001 and not 0.0010000000000000009.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e12).round() / 1e12
}
