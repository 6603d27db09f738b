//! `reset_peer`: the connection is reset once it is used.

use super::action::{Action, Meeting, Stage, Step};
use super::kind::{Kind, Parameter};
use crate::tcp::queue::{End, Queue};

pub(super) static KIND: Kind = Kind {
    name: "reset_peer",
    documentation: "Drops the first data that comes, and what follows, and after timeout resets the connection (RST) \
                    towards both sides.",
    parameters: &[Parameter::ms("timeout", "How long after the first data or end.")],
    action: Action::Stream(|| Box::new(ResetPeer { since_ns: None })),
};

struct ResetPeer {
    /// When the first item came.
    since_ns: Option<i64>,
}

impl Stage for ResetPeer {
    fn next(&mut self, input: &mut Queue, meeting: &Meeting<'_>) -> Step {
        if !input.is_empty() {
            self.since_ns.get_or_insert(meeting.now_ns);
            while input.pop().is_some() {}
        }
        let Some(since_ns) = self.since_ns else { return Step::Wait(None) };
        let due_ns = since_ns.saturating_add(meeting.settings.ns("timeout"));
        if meeting.now_ns < due_ns { Step::Wait(Some(due_ns)) } else { Step::End(End::Reset) }
    }

    fn removed(&self) -> Option<End> {
        self.since_ns.map(|_| End::Reset)
    }
}
