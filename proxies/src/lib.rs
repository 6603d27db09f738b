//! The faults, one file each, and how they are put on the way between two services.
//!
//! - [`faults`]: the kinds of fault and the table of them
//! - [`hook`]: the phases of a connection that a fault can act on
//! - [`prepared`]: a fault of a plan made ready, which requests it hits, and the count of them
//! - [`http`]: the live HTTP proxy that they act in
//! - [`inject`]: puts the faults of a plan on its edges; [`met`]: what they know of a request; [`counters`]: what they
//!   count as metrics
//! - [`tcp`]: the live proxy for any protocol over TCP; [`control`]: the HTTP API of the live proxies, of which
//!   [`toxiproxy`] is the part that Toxiproxy's clients speak
//!
//! A fault sits below the caller's resilience: every attempt of a retried call meets it anew.

pub mod control;
pub mod counters;
pub mod faults;
pub mod hook;
pub mod http;
pub mod inject;
pub mod met;
pub mod prepared;
pub mod tcp;
pub mod toxiproxy;
