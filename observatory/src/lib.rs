//! What watches a run. It knows nothing of scenarios or faults, and reads what real systems read.
//!
//! - [`duration`]: durations as Prometheus writes them
//! - [`series`]: the time-series store, with labels and compressed chunks
//! - [`promql`]: queries over the store
//! - [`conformance`]: runs the test files of the Prometheus project
//! - [`scrape`]: how samples get into the store
//! - [`rules`]: recording and alerting rules and the states of alerts
//! - [`alertmanager`]: routes, grouping, waits, inhibition and repeats
//! - [`slo`]: burn-rate rules from service level objectives
//! - [`exposition`]: samples as OpenMetrics
//! - [`traces`] and [`logs`]: bounded stores and the questions they answer
//! - [`otlp`]: how spans and log lines come into these stores, and go out to others

pub mod alertmanager;
pub mod conformance;
pub mod duration;
pub mod exposition;
pub mod logs;
pub mod otlp;
pub mod promql;
pub mod rules;
pub mod scrape;
pub mod series;
pub mod slo;
pub mod traces;
mod yaml;
