//! The trace store: spans come in as they end, whole traces are kept or dropped at their end (tail sampling).
//!
//! - `open`: traces under way; `whole`: what belongs together; `store`: which ones are kept; `query`: questions to the
//!   kept ones

mod open;
mod query;
mod store;
mod whole;

pub use query::{TraceMatches, TraceQuery};
pub use store::{TraceStats, TraceStore, TraceStoreOptions};

#[cfg(test)]
mod tests;
