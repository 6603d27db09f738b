//! Alert times against their closed forms.
//!
//! - `alerts`: the four alerts and the formulas
//! - `watched`: counters under the shipped rules; `requests`: what a load and a fault make them count
//! - `even`: evenly spaced hits, whose times are exact; `random`: random hits, whose times keep within a bound
//! - `flown`: the whole product, from scenario to journal

mod alerts;
mod even;
mod flown;
mod random;
mod requests;
mod watched;
