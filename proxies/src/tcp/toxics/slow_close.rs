//! `slow_close`: the end comes later, all else at once.

use super::action::{Action, Meeting, Stage, Step, pass};
use super::kind::{Kind, Parameter};
use crate::tcp::queue::{Item, Queue};

pub(super) static KIND: Kind = Kind {
    name: "slow_close",
    documentation: "Passes on the end of the data only after delay.",
    parameters: &[Parameter::ms("delay", "How much later.")],
    action: Action::Stream(|| Box::new(SlowClose)),
};

struct SlowClose;

impl Stage for SlowClose {
    fn next(&mut self, input: &mut Queue, meeting: &Meeting<'_>) -> Step {
        if let Some((came_ns, Item::End(_))) = input.front() {
            let due_ns = came_ns.saturating_add(meeting.settings.ns("delay"));
            if meeting.now_ns < due_ns {
                return Step::Wait(Some(due_ns));
            }
        }
        pass(input)
    }
}
