//! `timeout`: nothing gets through, and then the connection is closed.

use super::action::{Action, Meeting, Stage, Step, end};
use super::kind::{Kind, Parameter};
use crate::tcp::queue::{End, Queue};

pub(super) static KIND: Kind = Kind {
    name: "timeout",
    documentation: "Drops all data and closes the connection after timeout; with 0, when the toxic is removed.",
    parameters: &[Parameter::ms(
        "timeout",
        "How long the connection still lives; 0 for as long as the toxic.",
    )],
    action: Action::Stream(|| Box::new(Timeout)),
};

struct Timeout;

impl Stage for Timeout {
    fn next(&mut self, input: &mut Queue, meeting: &Meeting<'_>) -> Step {
        while input.take(usize::MAX).is_some() {}
        match end(input) {
            Some(End::Reset) => return Step::End(End::Reset),
            // What was dropped can't be made good, so that neither side may go on.
            Some(End::Finish | End::Close) => return Step::End(End::Close),
            None => {}
        }
        match meeting.settings.ns("timeout") {
            0 => Step::Wait(None),
            ns if meeting.now_ns < meeting.since_ns.saturating_add(ns) => {
                Step::Wait(Some(meeting.since_ns.saturating_add(ns)))
            }
            _ => Step::End(End::Close),
        }
    }

    fn removed(&self) -> Option<End> {
        Some(End::Close)
    }
}
