//! The time-series store.
//!
//! - `labels`, `matcher`: what names a series and what selects it
//! - `sample`: values in time and the staleness marker
//! - `store`: all series; `index`: which have which labels; `series`: one of them
//! - `block`: finished stretches of a series, made by the `codec` (over `bits`) or a `line`
//! - `summary`: what a stretch amounts to, so that long windows are cheap

mod bits;
mod block;
mod codec;
mod index;
mod labels;
mod line;
mod matcher;
mod sample;
#[expect(clippy::module_inception, reason = "one series is what this file holds")]
mod series;
mod store;
mod summary;

pub use labels::{Labels, NAME};
pub use matcher::{MatchOp, Matcher};
pub use sample::{STALE_NAN, Sample, is_stale};
pub(crate) use sample::{TIME_LIMIT_MS, in_bounds};
pub use store::{AppendError, SeriesId, Store, StoreOptions};
pub use summary::{Sum, Summary};

#[cfg(test)]
mod tests;
