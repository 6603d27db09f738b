//! `bandwidth`: so many bytes a second.

use super::action::{Action, Meeting, Stage, Step, end};
use super::kind::{Kind, Parameter, Unit};
use crate::tcp::queue::Queue;

pub(super) static KIND: Kind = Kind {
    name: "bandwidth",
    documentation: "Lets no more through than rate, evenly. At a rate of 0 nothing goes through.",
    parameters: &[Parameter {
        name: "rate",
        unit: Unit::KilobytesPerSecond,
        least: 0,
        most: 1_000_000_000,
        documentation: "Thousands of bytes a second.",
    }],
    action: Action::Stream(|| Box::new(Bandwidth { free_ns: i64::MIN })),
};

/// How long a piece takes at most, so that what is slow still flows.
const PIECE_MS: u64 = 10;

struct Bandwidth {
    /// When the line has carried all that went before.
    free_ns: i64,
}

impl Stage for Bandwidth {
    fn next(&mut self, input: &mut Queue, meeting: &Meeting<'_>) -> Step {
        if let Some(end) = end(input) {
            return Step::End(end);
        }
        // Thousands a second are as many a millisecond.
        let per_ms = meeting.settings.get("rate");
        let Some((came_ns, _)) = input.front().filter(|_| per_ms > 0) else { return Step::Wait(None) };
        let size = usize::try_from(per_ms * PIECE_MS).unwrap_or(usize::MAX).min(input.front_bytes());
        let takes_ns = i64::try_from(size as u64 * 1_000_000 / per_ms).unwrap_or(i64::MAX);
        let from_ns = self.free_ns.max(came_ns).max(meeting.since_ns);
        let due_ns = from_ns.saturating_add(takes_ns);
        if meeting.now_ns < due_ns {
            return Step::Wait(Some(due_ns));
        }
        self.free_ns = due_ns;
        input.take(size).map_or(Step::Wait(None), Step::Pass)
    }
}
