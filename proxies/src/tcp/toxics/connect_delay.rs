//! `connect_delay`: the server is slow to take a connection.

use super::action::{Action, Verdict};
use super::kind::{Kind, Parameter};

pub(super) static KIND: Kind = Kind {
    name: "connect_delay",
    documentation: "Asks the server for a connection only after delay, plus or minus up to jitter. The direction does \
                    not matter.",
    parameters: &[
        Parameter::ms("delay", "How much later."),
        Parameter::ms("jitter", "How far the delay may be off, either way."),
    ],
    action: Action::Open(|meeting, opening| {
        let (delay_ns, jitter_ns) = (meeting.settings.ns("delay"), meeting.settings.ns("jitter"));
        let delay_ns = meeting.chance.within(0, delay_ns - jitter_ns, delay_ns + jitter_ns);
        let due_ns = opening.at_ns.saturating_add(delay_ns);
        if meeting.now_ns < due_ns { Verdict::Wait(due_ns) } else { Verdict::Admit }
    }),
};
