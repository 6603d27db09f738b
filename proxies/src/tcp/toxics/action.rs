//! What a toxic may do to a connection: something to what passes in one direction, or something to its opening.

use bytes::Bytes;
use sim_core::random::{Draws, Purpose, RequestKey};
use sim_core::telemetry::{SpanId, TraceId};

use super::settings::Settings;
use crate::tcp::queue::{End, Queue};

/// What a kind of toxic does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// Acts on what passes: makes the state that it has for one connection.
    Stream(fn() -> Box<dyn Stage>),
    /// Acts when a connection is opened, before the server is asked for one.
    Open(fn(&Meeting<'_>, &Opening) -> Verdict),
}

/// A toxic and a connection that it hits.
pub(crate) struct Meeting<'a> {
    /// What the toxic is set to now.
    pub(crate) settings: &'a Settings,
    /// What time it is.
    pub(crate) now_ns: i64,
    /// Since when the toxic has hold of the connection.
    pub(crate) since_ns: i64,
    /// Where the draws of this toxic on this connection come from.
    pub(crate) chance: Chance,
}

/// The random numbers of one toxic on one connection; each depends on nothing but the seed and their names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chance {
    pub(crate) draws: Draws,
    /// The toxic's name.
    pub(crate) purpose: Purpose,
    /// Which connection of its proxy it is, in the order of their coming.
    pub(crate) ordinal: u64,
}

impl Chance {
    /// A number from `least` to `most`, both included: the `index`th that is drawn.
    pub(crate) fn within(&self, index: u64, least: i64, most: i64) -> i64 {
        let key = RequestKey { trace_id: TraceId(self.ordinal.into()), span_id: SpanId(index) };
        let span = u128::from(most.abs_diff(least)) + 1;
        let offset = (u128::from(self.draws.draw(key, self.purpose)) * span) >> 64;
        i64::try_from(offset).map_or(most, |offset| least.saturating_add(offset))
    }
}

/// A toxic's part in one direction of one connection.
pub(crate) trait Stage {
    /// What comes of the first items of `input`, now. It is asked again when something comes and when the time that it
    /// waits for has come.
    fn next(&mut self, input: &mut Queue, meeting: &Meeting<'_>) -> Step;

    /// How many bytes may wait for it beyond what every direction may hold.
    fn window(&self) -> usize {
        0
    }

    /// How the connection ends when the toxic is removed.
    fn removed(&self) -> Option<End> {
        None
    }
}

/// What a stage does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Lets bytes go on.
    Pass(Bytes),
    /// Lets an end go on, or makes one.
    End(End),
    /// Waits for more, and until a moment if there is one.
    Wait(Option<i64>),
}

/// A connection that is being opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    /// When the client came.
    pub(crate) at_ns: i64,
    /// How many connections the proxy had then, with this one.
    pub(crate) open: u64,
}

/// What becomes of a connection that is being opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may go on.
    Admit,
    /// It is asked again at a moment.
    Wait(i64),
    /// It is reset.
    Refuse,
}

/// Lets the next item go on at once.
pub(crate) fn pass(input: &mut Queue) -> Step {
    match input.take(usize::MAX) {
        Some(bytes) => Step::Pass(bytes),
        None => end(input).map_or(Step::Wait(None), Step::End),
    }
}

/// Takes the end that comes next, if it is one that comes next.
pub(crate) fn end(input: &mut Queue) -> Option<End> {
    use crate::tcp::queue::Item;
    let Some((_, &Item::End(end))) = input.front() else { return None };
    input.pop();
    Some(end)
}
