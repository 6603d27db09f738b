//! `slicer`: data comes in small pieces.

use super::action::{Action, Meeting, Stage, Step, end};
use super::kind::{Kind, Parameter};
use crate::tcp::queue::Queue;

pub(super) static KIND: Kind = Kind {
    name: "slicer",
    documentation: "Cuts data into pieces, each sent on its own.",
    parameters: &[
        Parameter::bytes("average_size", 1, "The size of a piece, on average."),
        Parameter::bytes("size_variation", 0, "How far the size of a piece may be off, either way."),
        Parameter::us("delay", "The time between two pieces."),
    ],
    action: Action::Stream(|| Box::new(Slicer { passed: 0, free_ns: i64::MIN })),
};

struct Slicer {
    passed: u64,
    /// When the next piece may go.
    free_ns: i64,
}

impl Stage for Slicer {
    fn next(&mut self, input: &mut Queue, meeting: &Meeting<'_>) -> Step {
        if input.is_empty() {
            return Step::Wait(None);
        }
        if meeting.now_ns < self.free_ns {
            return Step::Wait(Some(self.free_ns));
        }
        if let Some(end) = end(input) {
            return Step::End(end);
        }
        let bytes = |name| i64::try_from(meeting.settings.get(name)).unwrap_or(i64::MAX);
        let (average, variation) = (bytes("average_size"), bytes("size_variation"));
        let size = meeting.chance.within(self.passed, average - variation, average.saturating_add(variation));
        let size = usize::try_from(size.max(1)).unwrap_or(usize::MAX);
        self.passed += 1;
        self.free_ns = meeting.now_ns.saturating_add(meeting.settings.ns("delay"));
        input.take(size).map_or(Step::Wait(None), Step::Pass)
    }
}
