//! The trace store: spans come in as they end, whole traces are kept or dropped at their end (tail sampling).

mod query;
mod store;

pub use query::{TraceMatches, TraceQuery};
pub use store::{TraceStats, TraceStore, TraceStoreOptions};
