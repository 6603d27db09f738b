//! Load: shapes as values, arrivals, and the generators.

mod outcomes;

pub use outcomes::{Outcome, Outcomes, Segment};
