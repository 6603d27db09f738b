//! `latency`: everything comes later.

use super::action::{Action, Meeting, Stage, Step, pass};
use super::kind::{Kind, Parameter};
use crate::tcp::queue::Queue;

pub(super) static KIND: Kind = Kind {
    name: "latency",
    documentation: "Delays everything by latency, plus or minus up to jitter; the order stays. The end is delayed, too.",
    parameters: &[
        Parameter::ms("latency", "The delay."),
        Parameter::ms("jitter", "How far the delay may be off, either way."),
    ],
    action: Action::Stream(|| Box::new(Latency { passed: 0 })),
};

/// What may be on its way at once: at 100 ms, enough for 40 MB/s.
const WINDOW: usize = 4 << 20;

struct Latency {
    passed: u64,
}

impl Stage for Latency {
    fn next(&mut self, input: &mut Queue, meeting: &Meeting<'_>) -> Step {
        let Some((came_ns, _)) = input.front() else { return Step::Wait(None) };
        let (latency_ns, jitter_ns) = (meeting.settings.ns("latency"), meeting.settings.ns("jitter"));
        let delay_ns = meeting.chance.within(self.passed, latency_ns - jitter_ns, latency_ns + jitter_ns);
        let due_ns = came_ns.saturating_add(delay_ns);
        if meeting.now_ns < due_ns {
            return Step::Wait(Some(due_ns));
        }
        self.passed += 1;
        pass(input)
    }

    fn window(&self) -> usize {
        WINDOW
    }
}
