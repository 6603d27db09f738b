//! The kinds of fault. A new one is one file here, one row in [`KINDS`] and one page of the book, which is
//! also the documentation of its module.

pub mod abort;
pub mod latency;

use scenario_lang::vocabulary::Spec;

use crate::hook::Kind;

/// Every kind of fault.
pub const KINDS: &[Kind] = &[abort::KIND, latency::KIND];

/// The words of all kinds, for the language.
pub fn vocabulary() -> Vec<Spec> {
    KINDS.iter().map(|kind| kind.spec).collect()
}

/// The kind that a keyword opens.
pub fn kind(keyword: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.spec.keyword == keyword)
}
