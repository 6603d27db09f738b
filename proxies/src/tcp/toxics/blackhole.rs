//! `blackhole`: silence, as when a network is cut.

use super::action::{Action, Meeting, Stage, Step};
use super::kind::Kind;
use crate::tcp::queue::Queue;

pub(super) static KIND: Kind = Kind {
    name: "blackhole",
    documentation: "Lets nothing through, neither data nor an end. What was held goes on when the toxic is removed, as \
                    TCP sends again after a network was cut.",
    parameters: &[],
    action: Action::Stream(|| Box::new(Blackhole)),
};

struct Blackhole;

impl Stage for Blackhole {
    fn next(&mut self, _: &mut Queue, _: &Meeting<'_>) -> Step {
        Step::Wait(None)
    }
}
