//! Load: shapes as values, arrivals, and the generators.

mod mix;
mod outcomes;
pub use mix::Mix;

pub use outcomes::{Outcome, Outcomes, Segment};
