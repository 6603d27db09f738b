//! `limit_time`: the connection is closed after so long.

use super::action::{Action, Meeting, Stage, Step, pass};
use super::kind::{Kind, Parameter};
use crate::tcp::queue::{End, Queue};

pub(super) static KIND: Kind = Kind {
    name: "limit_time",
    documentation: "Closes the connection after time; until then everything goes through.",
    parameters: &[Parameter::ms("time", "How long, from when the connection is open and the toxic there.")],
    action: Action::Stream(|| Box::new(LimitTime)),
};

struct LimitTime;

impl Stage for LimitTime {
    fn next(&mut self, input: &mut Queue, meeting: &Meeting<'_>) -> Step {
        let due_ns = meeting.since_ns.saturating_add(meeting.settings.ns("time"));
        if meeting.now_ns >= due_ns {
            return Step::End(End::Close);
        }
        match pass(input) {
            Step::Wait(_) => Step::Wait(Some(due_ns)),
            passed => passed,
        }
    }
}
