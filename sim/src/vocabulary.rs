//! The words that the language takes from the crates that implement them.

use scenario_lang::vocabulary::Vocabulary;

/// All of them.
pub(crate) fn vocabulary() -> Vocabulary {
    Vocabulary {
        faults: proxies::faults::vocabulary(),
        open_shapes: sim_core::load::shapes::open_shapes(),
        closed_shapes: sim_core::load::shapes::closed_shapes(),
        checks: verdict::checks::vocabulary(),
    }
}
