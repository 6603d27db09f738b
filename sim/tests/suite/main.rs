//! The command as its users see it.
//!
//! - `burn_rate`: the main job, and that its journal is the same wherever it is flown
//! - `sabotage`: a watch that is broken is found out
//! - `closed_forms`: alert times against the arithmetic of burn rates
//! - `support`: a copy of the shipped scenario to break and to run

mod burn_rate;
mod closed_forms;
mod compare;
mod sabotage;
mod support;
mod time_scale;
