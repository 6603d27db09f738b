//! One operation while it lasts: it becomes a span and a measurement when it ends, however it ends.

use std::rc::Rc;

use sim_core::telemetry::{ErrorType, Span, SpanId, TraceContext};
use sim_core::world::World;

use super::instruments::{Operation, OperationKind, Outcome};
use super::resource::Resource;
use super::tap::Tap;

/// An operation with the kind of span that it becomes.
pub(crate) struct Observed {
    operation: Operation,
    shape: u32,
    tap: Tap,
}

/// An operation that has begun. Dropped before its end, it ends as cancelled: its replica went away.
pub(crate) struct Activity<W: World> {
    world: W,
    of: Rc<Observed>,
    /// The trace and the activity's own span.
    pub(crate) context: TraceContext,
    parent: SpanId,
    start_ns: i64,
    resend: u16,
    ended: bool,
}

impl Observed {
    /// An operation of this replica, with the kind of span that the catalog holds under `shape`.
    pub(crate) fn new(resource: &Resource, kind: OperationKind, shape: u32) -> Rc<Self> {
        let operation = Operation::new(resource.clone(), kind);
        Rc::new(Self { operation, shape, tap: resource.tap.clone() })
    }

    /// Begins it now, as the span `context` under `parent`.
    pub(crate) fn begin<W: World>(
        self: &Rc<Self>,
        world: &W,
        context: TraceContext,
        parent: SpanId,
        resend: u32,
    ) -> Activity<W> {
        Activity {
            world: world.clone(),
            of: self.clone(),
            context,
            parent,
            start_ns: world.now_ns(),
            resend: resend.min(u32::from(u16::MAX)) as u16,
            ended: false,
        }
    }
}

impl<W: World> Activity<W> {
    /// Ends it now.
    pub(crate) fn end(mut self, outcome: Outcome) {
        self.finish(outcome);
    }

    /// Ends it now as a span alone: the operation itself never came about.
    pub(crate) fn end_unmeasured(mut self, outcome: Outcome) {
        self.ended = true;
        self.emit(outcome, self.world.now_ns());
    }

    /// Lets it begin now, as if it had not begun before.
    pub(crate) fn begin_again(mut self) -> Self {
        self.start_ns = self.world.now_ns();
        self
    }

    fn finish(&mut self, outcome: Outcome) {
        self.ended = true;
        let end_ns = self.world.now_ns();
        self.of.operation.record(outcome, (self.start_ns, end_ns), self.context.trace_id);
        self.emit(outcome, end_ns);
    }

    fn emit(&self, outcome: Outcome, end_ns: i64) {
        self.of.tap.span(Span {
            trace_id: self.context.trace_id,
            span_id: self.context.span_id,
            parent: self.parent,
            start_ns: self.start_ns,
            end_ns,
            shape: self.of.shape,
            status: outcome.status(),
            resend: self.resend,
            error: outcome.error(self.of.operation.errors_from()),
        });
    }
}

impl<W: World> Drop for Activity<W> {
    fn drop(&mut self) {
        if !self.ended {
            self.finish(Outcome::Failed(ErrorType::Cancelled));
        }
    }
}
