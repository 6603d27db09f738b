//! The toxics, one file and one row each; a toxic is what Toxiproxy calls a fault of a connection.
//!
//! Those that Toxiproxy has, with its names, parameters and meaning: [`bandwidth`], [`latency`], [`limit_data`],
//! [`reset_peer`], [`slicer`], [`slow_close`], [`timeout`]. Ours: [`blackhole`], [`connect_delay`],
//! [`limit_connections`], [`limit_time`]. And how one is written:
//!
//! - [`mod@kind`]: what a row says
//! - [`settings`]: the values that its parameters have
//! - [`action`]: what a toxic may do to a connection

pub(crate) mod action;
mod bandwidth;
mod blackhole;
mod connect_delay;
pub(crate) mod kind;
mod latency;
mod limit_connections;
mod limit_data;
mod limit_time;
mod reset_peer;
pub(crate) mod settings;
mod slicer;
mod slow_close;
mod timeout;

use kind::Kind;

/// All kinds of toxic, in alphabetical order.
pub(crate) static KINDS: [&Kind; 11] = [
    &bandwidth::KIND,
    &blackhole::KIND,
    &connect_delay::KIND,
    &latency::KIND,
    &limit_connections::KIND,
    &limit_data::KIND,
    &limit_time::KIND,
    &reset_peer::KIND,
    &slicer::KIND,
    &slow_close::KIND,
    &timeout::KIND,
];

/// The kind of that name.
pub(crate) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_row_is_whole() {
        assert!(KINDS.windows(2).all(|pair| pair[0].name < pair[1].name));
        for kind in KINDS {
            assert!(!kind.documentation.is_empty(), "{}", kind.name);
            for parameter in kind.parameters {
                assert!(!parameter.documentation.is_empty(), "{}.{}", kind.name, parameter.name);
                assert!(parameter.least <= parameter.most, "{}.{}", kind.name, parameter.name);
            }
        }
    }
}
