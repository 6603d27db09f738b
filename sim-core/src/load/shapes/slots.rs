//! Reading the slots of a shape's statement.

use scenario_lang::vocabulary::Phrase;

use super::ShapeError;

/// Nanoseconds per second.
pub(super) const NS_PER_S: f64 = 1e9;

/// A slot that every form of the statement has.
pub(super) fn required<T>(phrase: &Phrase, slot: &'static str, value: Option<T>) -> Result<T, ShapeError> {
    value.ok_or_else(|| ShapeError::Missing { keyword: phrase.keyword.clone(), slot })
}

/// A rate that can be driven: finite and not negative.
pub(super) fn rate(phrase: &Phrase, slot: &'static str) -> Result<Option<f64>, ShapeError> {
    match phrase.rate(slot) {
        Some(rate) if !rate.is_finite() || rate < 0.0 => {
            Err(ShapeError::Rate { keyword: phrase.keyword.clone(), slot, rate })
        }
        rate => Ok(rate),
    }
}
