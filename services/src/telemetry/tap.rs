//! Where spans and log lines go.

use std::cell::RefCell;
use std::rc::Rc;

use sim_core::telemetry::{Catalog, Collector, LogRecord, LogShape, Severity, Span, SpanShape};

/// The one way by which spans and log lines leave the services; clones share it.
#[derive(Clone)]
pub struct Tap(Rc<Inner>);

struct Inner {
    catalog: Rc<RefCell<Catalog>>,
    collector: Rc<RefCell<dyn Collector>>,
}

/// A kind of log line that a replica writes, entered into the catalog once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    severity: Severity,
    shape: u32,
}

impl Tap {
    /// A tap that leads there.
    pub fn new(collector: Rc<RefCell<dyn Collector>>) -> Self {
        Self::sharing(Rc::default(), collector)
    }

    /// A tap that leads there, and whose catalog somebody else reads meanwhile.
    pub fn sharing(catalog: Rc<RefCell<Catalog>>, collector: Rc<RefCell<dyn Collector>>) -> Self {
        Self(Rc::new(Inner { catalog, collector }))
    }

    /// The kinds of span and log line seen so far.
    pub fn catalog(&self) -> Catalog {
        self.0.catalog.borrow().clone()
    }

    pub(crate) fn span_shape(&self, shape: SpanShape) -> u32 {
        self.0.catalog.borrow_mut().add_span(shape)
    }

    pub(crate) fn line(&self, shape: LogShape) -> Line {
        Line { severity: shape.severity, shape: self.0.catalog.borrow_mut().add_log(shape) }
    }

    pub(crate) fn span(&self, span: Span) {
        self.0.collector.borrow_mut().span(span);
    }

    pub(crate) fn log(&self, line: Line, time_ns: i64, context: sim_core::telemetry::TraceContext) {
        let record =
            LogRecord { time_ns, shape: line.shape, trace_id: context.trace_id, span_id: context.span_id };
        self.0.collector.borrow_mut().log(line.severity, record);
    }
}
