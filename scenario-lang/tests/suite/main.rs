//! The language from outside.
//!
//! - `broken`: one golden diagnostic for every code, over `tests/broken/*.scn`
//! - `plan`: everything that can be said, and where it stands in the plan; `shipped`: the scenarios of the project
//! - `deadlines`: when alerts can fire, against closed forms
//! - `total`: any text is read
//! - `common`: a vocabulary, and files that are held in memory

mod broken;
mod common;
mod deadlines;
mod plan;
mod scale;
mod shipped;
mod total;
