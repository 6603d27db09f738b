//! Expectations and evidence become verdicts, and verdicts become reports.
//!
//! - [`flight`]: the evidence of one run, as a world hands it over
//! - [`judge()`]: every expectation of a plan against the evidence; [`checks`] has one file for each kind
//! - [`verdict`]: held, violated or inconclusive, and why
//! - [`journal`]: all of it as versioned JSON lines
//! - [`reports`]: pure functions over a journal, one file for each format
//! - [`compare`]: two journals side by side
//! - [`episodes`], [`window`], [`readable`]: alert states over time, parts of a run, and values as people read them

pub mod checks;
pub mod compare;
pub mod episodes;
pub mod flight;
pub mod journal;
mod judge;
pub mod readable;
pub mod reports;
pub mod verdict;
pub mod window;

pub use judge::judge;
