//! OTLP in both directions (<https://opentelemetry.io/docs/specs/otlp/>): our records to requests, and requests of anybody
//! to our records. Bytes in, bytes out: sockets are elsewhere.
//!
//! - [`encode`]: spans and log lines to requests
//! - [`decode`]: requests to spans and log lines; `value`: attributes of any type as text
//! - [`intern`]: the kinds of span and log line that came, each kept once, bounded
//! - [`backend`]: takes requests into the trace store and the log store, and answers as the specification says
//! - `body`: what a request's body holds: gzip or not, protobuf or JSON; `answer`: what is answered
//! - `attributes`: names of the semantic conventions

mod answer;
mod attributes;
mod body;
mod value;

pub mod backend;
pub mod decode;
pub mod encode;
pub mod intern;

#[cfg(test)]
mod tests;
