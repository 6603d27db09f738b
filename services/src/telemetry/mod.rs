//! What a replica tells of itself, under the names of OpenTelemetry's semantic conventions
//! (<https://opentelemetry.io/docs/specs/semconv/>) as Prometheus spells them.
//!
//! - [`tap`]: where spans and log lines go
//! - `resource`: who speaks: service, instance, and the recorder of its metrics
//! - `instruments`: the metrics of one operation, resolved once per outcome
//! - `activity`: one operation while it lasts, which becomes a span and a measurement
//! - `names`: metrics and labels of each preset
//! - [`expected`]: the series that a plan can produce at all

pub mod expected;
pub mod tap;

pub use names::{histograms, request_counter};

pub(crate) mod activity;
pub(crate) mod instruments;
pub(crate) mod names;
pub(crate) mod resource;
