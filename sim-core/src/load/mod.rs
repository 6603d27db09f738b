//! Load: how many requests are sent and when, which ones, and what became of them.
//!
//! - [`shapes`]: the vocabulary of shapes, one file each (`hold`, `ramp`, `users`)
//! - [`Profile`]: the open model's shapes one after the other, as a rate over time, its integral, and the inverse of
//!   that; [`ArrivalTimes`] maps a process of unit rate, even or Poisson, through the inverse
//! - [`Population`]: the closed model's shapes one after the other, as a number of users over time
//! - [`Mix`]: which endpoint a request asks
//! - [`Outcomes`] and [`Slices`]: what the clients saw

mod arrivals;
mod mix;
mod outcomes;
mod population;
mod profile;
pub mod shapes;
mod slices;

pub use arrivals::ArrivalTimes;
pub use mix::{Mix, MixError};
pub use outcomes::{Health, Outcome, Outcomes, Segment};
pub use population::{Level, Population};
pub use profile::Profile;
pub use slices::{Slice, Slices};
