//! Who speaks.

use std::rc::Rc;

use metrics::{NoopRecorder, Recorder};
use scenario_lang::plan::Telemetry;
use sim_core::telemetry::{LogShape, Severity, SpanKind, SpanShape};

use super::tap::{Line, Tap};

/// One replica, as its telemetry names it; clones share the recorder.
#[derive(Clone)]
pub(crate) struct Resource {
    /// `service.name`.
    pub(crate) service: String,
    /// `service.instance.id`.
    pub(crate) instance: String,
    /// Which names it uses.
    pub(crate) preset: Telemetry,
    pub(crate) recorder: Rc<dyn Recorder>,
    pub(crate) tap: Tap,
}

impl Resource {
    /// One that nobody scrapes: a load's client is seen in traces alone, as the users of a system are.
    pub(crate) fn unscraped(service: &str, tap: &Tap) -> Self {
        Self {
            service: service.to_owned(),
            instance: service.to_owned(),
            preset: Telemetry::default(),
            recorder: Rc::new(NoopRecorder),
            tap: tap.clone(),
        }
    }

    /// Enters a kind of span into the catalog.
    pub(crate) fn span(
        &self,
        kind: SpanKind,
        name: String,
        peer: Option<&str>,
        attributes: Vec<(&'static str, String)>,
    ) -> u32 {
        let (service, instance) = (self.service.clone(), self.instance.clone());
        self.tap.span_shape(SpanShape {
            service,
            instance,
            name,
            kind,
            peer: peer.map(Into::into),
            attributes: attributes.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        })
    }

    /// Enters a kind of log line into the catalog.
    pub(crate) fn line(&self, severity: Severity, body: String) -> Line {
        let (service, instance) = (self.service.clone(), self.instance.clone());
        self.tap.line(LogShape { service, instance, severity, body })
    }

    /// Runs code of the `metrics` facade under this replica's recorder.
    pub(crate) fn record<T>(&self, with: impl FnOnce() -> T) -> T {
        metrics::with_local_recorder(&*self.recorder, with)
    }
}
