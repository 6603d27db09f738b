//! What a system left behind.

use std::collections::BTreeMap;

use services::deploy::ScrapeTarget;
use sim_core::load::Outcome;
use sim_core::telemetry::{
    self, Catalog, Exemplar, LogRecord, LogShape, SampleSink, SeriesDescription, SpanKind, SpanShape,
};

/// All of it.
#[derive(Default)]
pub(crate) struct Seen {
    /// What the clients of a load got, by load and number.
    pub(crate) answers: BTreeMap<(String, u64), Outcome>,
    /// In the order of their ends.
    pub(crate) spans: Vec<Span>,
    pub(crate) logs: Vec<Log>,
    /// By the millisecond of the look.
    pub(crate) looks: BTreeMap<i64, Samples>,
    /// The metrics at the end.
    pub(crate) end: Samples,
    /// Tasks that waited for what could not come any more.
    pub(crate) abandoned: usize,
}

/// A span with what it has in common with its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) shape: SpanShape,
    pub(crate) record: telemetry::Span,
}

impl Span {
    /// From when to when, nanoseconds.
    pub(crate) fn time(&self) -> (i64, i64) {
        (self.record.start_ns, self.record.end_ns)
    }

    pub(crate) fn took(&self) -> i64 {
        self.record.end_ns - self.record.start_ns
    }
}

/// A log line with what it has in common with its kind.
pub(crate) struct Log {
    pub(crate) shape: LogShape,
    pub(crate) record: LogRecord,
}

impl Seen {
    pub(super) fn enter(&mut self, catalog: &Catalog, spans: Vec<telemetry::Span>, logs: Vec<LogRecord>) {
        let span = |record: telemetry::Span| Span { shape: catalog.span(record.shape).clone(), record };
        self.spans = spans.into_iter().map(span).collect();
        let log = |record: LogRecord| Log { shape: catalog.log(record.shape).clone(), record };
        self.logs = logs.into_iter().map(log).collect();
    }

    /// What the n-th [`ask`](super::System::ask) came to.
    #[track_caller]
    pub(crate) fn answer(&self, number: u64) -> Outcome {
        self.answers[&("client".to_owned(), number)]
    }

    /// The spans of this kind of a service or of a load, in the order of their ends.
    pub(crate) fn spans(&self, service: &str, kind: SpanKind) -> Vec<&Span> {
        self.spans.iter().filter(|span| span.shape.service == service && span.shape.kind == kind).collect()
    }

    /// The only one of them.
    #[track_caller]
    pub(crate) fn span(&self, service: &str, kind: SpanKind) -> &Span {
        let spans = self.spans(service, kind);
        assert_eq!(spans.len(), 1, "{spans:#?}");
        spans[0]
    }

    /// The texts of a service's log lines of this text, with the lines.
    pub(crate) fn lines(&self, service: &str, text: &str) -> Vec<&Log> {
        self.logs.iter().filter(|log| log.shape.service == service && log.shape.body == text).collect()
    }
}

/// All metrics at one moment.
#[derive(Default)]
pub(crate) struct Samples {
    pub(crate) samples: Vec<Sample>,
    /// By instance and name of the series.
    pub(crate) exemplars: Vec<(String, String, Exemplar)>,
}

/// One of them.
pub(crate) struct Sample {
    pub(crate) job: String,
    pub(crate) series: SeriesDescription,
    pub(crate) value: f64,
}

impl Samples {
    pub(super) fn of(targets: &[ScrapeTarget]) -> Self {
        let mut all = Self::default();
        for target in targets {
            let series = target.registry.series_from(0);
            target.registry.collect(&mut Sink { target, series, into: &mut all });
        }
        all
    }

    /// The sum over a service's series of this name with these labels.
    pub(crate) fn sum(&self, job: &str, name: &str, labels: &[(&str, &str)]) -> f64 {
        let has = |series: &SeriesDescription, (label, value): &(&str, &str)| {
            series.labels.iter().any(|(own, is)| own == label && is == value)
        };
        let asked = |sample: &&Sample| {
            sample.job == job
                && sample.series.name == name
                && labels.iter().all(|label| has(&sample.series, label))
        };
        self.samples.iter().filter(asked).map(|sample| sample.value).sum()
    }
}

struct Sink<'a> {
    target: &'a ScrapeTarget,
    series: Vec<SeriesDescription>,
    into: &'a mut Samples,
}

impl SampleSink for Sink<'_> {
    fn sample(&mut self, index: usize, value: f64) {
        let (job, series) = (self.target.job.clone(), self.series[index].clone());
        self.into.samples.push(Sample { job, series, value });
    }

    fn exemplar(&mut self, index: usize, exemplar: Exemplar) {
        let (instance, name) = (self.target.instance.clone(), self.series[index].name.clone());
        self.into.exemplars.push((instance, name, exemplar));
    }
}
