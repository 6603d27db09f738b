//! The faults, one file each, and how they are put on the way between two services.
//!
//! - [`faults`]: the kinds of fault and the table of them
//! - [`hook`]: the phases of a connection that a fault can act on
//! - [`inject`]: which requests a fault meets, which of them it hits, and the count of both
//!
//! A fault sits below the caller's resilience: every attempt of a retried call meets it anew.

pub mod faults;
pub mod hook;
pub mod inject;
