//! The time-series store.

mod labels;

pub use labels::{Labels, NAME};
