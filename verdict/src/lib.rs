//! Expectations and evidence become verdicts.

pub mod flight;
