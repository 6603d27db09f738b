//! Load: shapes, arrivals, mix and outcomes.
//!
//! - `profile`, `population`: shapes against calculus and against each other's inverse
//! - `arrivals`: even ones against exact counts, Poisson ones against statistics
//! - `mix`, `outcomes`: shares, segments and slices

mod arrivals;
mod mix;
mod outcomes;
mod population;
mod profile;

use std::time::Duration;

use proptest::prelude::*;
use scenario_lang::quantity::Value;
use scenario_lang::vocabulary::Phrase;

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn phrase(keyword: &str, values: &[(&str, Value)]) -> Phrase {
    let values = values.iter().map(|(slot, value)| (slot.to_string(), value.clone())).collect();
    Phrase { text: keyword.to_string(), keyword: keyword.to_string(), form: 0, values }
}

fn hold(rate: f64, length: Option<Duration>) -> Phrase {
    let length = length.map(|length| ("for", Value::Duration(length)));
    phrase("hold", &[[("rate", Value::Rate(rate))].as_slice(), length.as_slice()].concat())
}

fn ramp(from: Option<f64>, to: f64, over: Duration) -> Phrase {
    let from = from.map(|from| ("from", Value::Rate(from)));
    let rest = [("to", Value::Rate(to)), ("over", Value::Duration(over))];
    phrase("ramp", &[from.as_slice(), rest.as_slice()].concat())
}

/// The load of the burn-rate scenario: `ramp 20/s to 80/s over 10m`, then `hold 80/s`.
fn shoppers() -> Vec<Phrase> {
    vec![ramp(Some(20.0), 80.0, s(600)), hold(80.0, None)]
}

fn any_shapes() -> impl Strategy<Value = Vec<Phrase>> {
    let rate = || prop_oneof![Just(0.0), 0.1..1.0f64, 1.0..200.0f64, (1..100u32).prop_map(f64::from)];
    let length = || prop_oneof![1..1_000u64, 1_000..20_000_000_000u64].prop_map(Duration::from_nanos);
    let shape = prop_oneof![
        (rate(), length()).prop_map(|(rate, length)| hold(rate, Some(length))),
        (prop::option::of(rate()), rate(), length()).prop_map(|(from, to, over)| ramp(from, to, over)),
    ];
    let endless = prop::option::of(rate().prop_map(|rate| hold(rate, None)));
    (prop::collection::vec(shape, 1..5), endless).prop_map(|(mut shapes, last)| {
        shapes.extend(last);
        shapes
    })
}
