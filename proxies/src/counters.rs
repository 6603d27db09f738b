//! What a fault does, as metrics that move at once. They go to the recorder under which the faults are made ready; where
//! there is none, as in virtual time, they go nowhere.

use metrics::{Counter, counter, describe_counter};

/// Requests that came to where a fault acts, and whose root was intended at or after the start of the run.
pub const SEEN: &str = "sim_fault_requests_seen_total";
/// Of these, the ones whose root was intended within the fault's window.
pub const MATCHED: &str = "sim_fault_requests_matched_total";
/// Of these, the ones that were hit, whatever the number of actions that hit them.
pub const HIT: &str = "sim_fault_requests_hit_total";

/// The counters of one fault.
pub(crate) struct Counters {
    pub(crate) seen: Counter,
    pub(crate) matched: Counter,
    pub(crate) hit: Counter,
}

impl Counters {
    /// Those of this fault on this edge, from `caller -> called`.
    pub(crate) fn new(fault: &str, edge: &str) -> Self {
        describe_counter!(SEEN, "Requests that came to where the fault acts.");
        describe_counter!(MATCHED, "Requests that fell into the fault's window.");
        describe_counter!(HIT, "Requests that the fault hit.");
        let labels = [("fault", fault.to_owned()), ("edge", edge.to_owned())];
        Self {
            seen: counter!(SEEN, &labels),
            matched: counter!(MATCHED, &labels),
            hit: counter!(HIT, &labels),
        }
    }
}
