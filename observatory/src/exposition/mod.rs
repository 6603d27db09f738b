//! Samples as text: [`openmetrics`] writes them, [`read()`] takes in what a target exposes.

mod read;
mod write;

pub use read::{Exposed, ReadError, read};
pub use write::openmetrics;
