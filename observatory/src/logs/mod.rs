//! The log store: a ring of records per severity, so that a flood of one never drives out the other.

mod store;

pub use store::{LogMatches, LogQuery, LogStore, LogStoreOptions};

#[cfg(test)]
mod tests;
