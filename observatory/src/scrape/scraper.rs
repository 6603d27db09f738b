//! Scraping one target.

use sim_core::telemetry::{Exemplar, Registry, SampleSink, SeriesDescription};

use super::history::Warmup;
use crate::series::{Labels, NAME, STALE_NAN, SeriesId, Store};

/// The scrape job of one target: what it exposes gets the labels `job` and `instance`, and `up` says whether the
/// scrape succeeded.
#[derive(Debug)]
pub struct Scraper {
    job: String,
    instance: String,
    /// By the registry's index.
    series: Vec<SeriesId>,
    /// `up`, once it is known to the store.
    up: Option<SeriesId>,
    /// Whether the series are marked stale.
    gone: bool,
    pub(super) warmup: Warmup,
    refused: u64,
}

impl Scraper {
    /// A scraper of the target with this `job` and `instance`.
    pub fn new(job: impl Into<String>, instance: impl Into<String>) -> Self {
        Self {
            job: job.into(),
            instance: instance.into(),
            series: Vec::new(),
            up: None,
            gone: false,
            warmup: Warmup::default(),
            refused: 0,
        }
    }

    /// How many samples the store refused, out of order or double.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Appends the present value of every series, and `up` = 1.
    pub fn scrape(&mut self, registry: &Registry, store: &mut Store, time_ms: i64) {
        self.discover(registry, store);
        self.gone = false;
        registry.collect(&mut Appender { scraper: self, store, time_ms });
        self.append_up(store, time_ms, 1.0);
    }

    /// Records that the target did not answer: `up` = 0, and its series end.
    pub fn miss(&mut self, store: &mut Store, time_ms: i64) {
        if !std::mem::replace(&mut self.gone, true) {
            for place in 0..self.series.len() {
                self.append(store, self.series[place], time_ms, STALE_NAN);
            }
        }
        self.append_up(store, time_ms, 0.0);
    }

    /// The series of the store for everything the registry exposes so far.
    pub(super) fn discover(&mut self, registry: &Registry, store: &mut Store) {
        for description in registry.series_from(self.series.len()) {
            let labels = self.labels_of(&description);
            self.series.push(store.resolve(&labels));
        }
    }

    /// The store's series with this index.
    pub(super) fn series(&self, index: usize) -> Option<SeriesId> {
        self.series.get(index).copied()
    }

    /// The series `up`.
    pub(super) fn up(&mut self, store: &mut Store) -> SeriesId {
        let labels =
            || [(NAME, "up"), ("job", &self.job), ("instance", &self.instance)].into_iter().collect();
        *self.up.get_or_insert_with(|| store.resolve(&labels()))
    }

    pub(super) fn append(&mut self, store: &mut Store, id: SeriesId, time_ms: i64, value: f64) {
        self.refused += u64::from(store.append(id, time_ms, value).is_err());
    }

    pub(super) fn append_up(&mut self, store: &mut Store, time_ms: i64, value: f64) {
        let up = self.up(store);
        self.append(store, up, time_ms, value);
    }

    /// A target's own `job` and `instance` make way for the scraper's, as Prometheus has it by default.
    fn labels_of(&self, description: &SeriesDescription) -> Labels {
        let own = description.labels.iter().map(|(name, value)| match name.as_str() {
            "job" | "instance" => (format!("exported_{name}"), value.clone()),
            _ => (name.clone(), value.clone()),
        });
        let target = [(NAME, &description.name), ("job", &self.job), ("instance", &self.instance)];
        own.chain(target.map(|(name, value)| (name.to_owned(), value.clone()))).collect()
    }
}

struct Appender<'a> {
    scraper: &'a mut Scraper,
    store: &'a mut Store,
    time_ms: i64,
}

impl SampleSink for Appender<'_> {
    fn sample(&mut self, index: usize, value: f64) {
        if let Some(id) = self.scraper.series(index) {
            self.scraper.append(self.store, id, self.time_ms, value);
        }
    }

    fn exemplar(&mut self, index: usize, exemplar: Exemplar) {
        if let Some(id) = self.scraper.series(index) {
            self.store.add_exemplar(id, exemplar);
        }
    }
}
