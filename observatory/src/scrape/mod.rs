//! Scrapes.
