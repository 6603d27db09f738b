//! Scrapes: how the metrics of a replica become series.
//!
//! - `scraper`: one target, scraped at given times; `history`: what lies before the start of a run

mod history;
mod scraper;

pub use history::Settled;
pub use scraper::Scraper;

#[cfg(test)]
mod tests;
