//! The virtual world.
pub mod effect;
pub mod load;
pub mod telemetry;
