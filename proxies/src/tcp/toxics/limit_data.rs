//! `limit_data`: the connection is closed after so many bytes.

use super::action::{Action, Meeting, Stage, Step, end};
use super::kind::{Kind, Parameter};
use crate::tcp::queue::{End, Queue};

pub(super) static KIND: Kind = Kind {
    name: "limit_data",
    documentation: "Closes the connection once bytes have gone through; what comes after them is dropped.",
    parameters: &[Parameter::bytes("bytes", 0, "How many go through.")],
    action: Action::Stream(|| Box::new(LimitData { passed: 0 })),
};

struct LimitData {
    passed: u64,
}

impl Stage for LimitData {
    fn next(&mut self, input: &mut Queue, meeting: &Meeting<'_>) -> Step {
        let left = meeting.settings.get("bytes").saturating_sub(self.passed);
        if left == 0 && (self.passed > 0 || !input.is_empty()) {
            return Step::End(End::Close);
        }
        match input.take(usize::try_from(left).unwrap_or(usize::MAX)) {
            Some(bytes) => {
                self.passed += bytes.len() as u64;
                Step::Pass(bytes)
            }
            None => end(input).map_or(Step::Wait(None), Step::End),
        }
    }
}
