//! The store: all series of a run.

use std::collections::BTreeMap;
use std::{error, fmt};

use sim_core::telemetry::Exemplar;

use super::index::Index;
use super::line::Line;
use super::series::Series;
use super::{Labels, Matcher, Sample, Summary, TIME_LIMIT_MS, in_bounds};

/// What a store keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreOptions {
    /// How long samples are kept, milliseconds before the newest of all; `None` keeps everything. Whole chunks are
    /// dropped, so that some older samples stay for a while.
    pub retention_ms: Option<i64>,
}

/// A series of one store. It stays valid when the series has lost all its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(pub u32);

impl SeriesId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Time series with labels.
#[derive(Debug, Default)]
pub struct Store {
    options: StoreOptions,
    ids: BTreeMap<Labels, SeriesId>,
    labels: Vec<Labels>,
    series: Vec<Series>,
    index: Index,
    newest_ms: i64,
    /// When retention is enforced next, on the clock of the samples.
    sweep_ms: i64,
}

/// Why a sample was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppendError {
    /// It is older than the series' newest.
    OutOfOrder {
        /// Its time.
        time_ms: i64,
        /// The newest sample's time.
        newest_ms: i64,
    },
    /// The series has another value at this time.
    Duplicate {
        /// The time.
        time_ms: i64,
    },
    /// It is further from the Unix epoch than times may be.
    OutOfBounds {
        /// Its time.
        time_ms: i64,
    },
    /// A line needs at least one sample, a positive step, times within bounds, and finite ends unless it is flat.
    InvalidLine,
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfOrder { time_ms, newest_ms } => {
                write!(f, "out of order sample: {time_ms} ms is before the series' newest, {newest_ms} ms")
            }
            Self::Duplicate { time_ms } => {
                write!(f, "duplicate sample: the series has another value at {time_ms} ms")
            }
            Self::OutOfBounds { time_ms } => {
                write!(f, "sample out of bounds: {time_ms} ms is more than {TIME_LIMIT_MS} ms from 1970")
            }
            Self::InvalidLine => {
                f.write_str("a line needs at least one sample, a positive step and finite ends")
            }
        }
    }
}

impl error::Error for AppendError {}

impl Store {
    /// An empty store.
    pub fn new(options: StoreOptions) -> Self {
        Self { options, newest_ms: i64::MIN, sweep_ms: i64::MIN, ..Self::default() }
    }

    /// The series with these labels. A new one is selected by no query until it has a sample.
    pub fn resolve(&mut self, labels: &Labels) -> SeriesId {
        if let Some(&id) = self.ids.get(labels) {
            return id;
        }
        let id = SeriesId(u32::try_from(self.labels.len()).expect("fewer than 2^32 series fit into memory"));
        self.ids.insert(labels.clone(), id);
        self.labels.push(labels.clone());
        self.series.push(Series::default());
        id
    }

    /// The series with these labels, if there is one.
    pub fn find(&self, labels: &Labels) -> Option<SeriesId> {
        self.ids.get(labels).copied()
    }

    /// The labels of a series.
    pub fn labels(&self, id: SeriesId) -> &Labels {
        &self.labels[id.index()]
    }

    /// Appends one sample; the very same sample twice is no error.
    pub fn append(&mut self, id: SeriesId, time_ms: i64, value: f64) -> Result<(), AppendError> {
        if !in_bounds(time_ms) {
            return Err(AppendError::OutOfBounds { time_ms });
        }
        let new = self.series[id.index()].is_empty();
        self.series[id.index()].append(time_ms, value)?;
        self.appended(id, new, time_ms);
        Ok(())
    }

    /// Appends `count` samples from `from_ms` on, `step_ms` apart, whose values run from `first_value` to
    /// `last_value` in a straight line. It costs as much as one sample.
    pub fn append_line(
        &mut self,
        id: SeriesId,
        from_ms: i64,
        step_ms: i64,
        count: u64,
        first_value: f64,
        last_value: f64,
    ) -> Result<(), AppendError> {
        let line = Line { from_ms, step_ms, count, first: first_value, last: last_value };
        let new = self.series[id.index()].is_empty();
        self.series[id.index()].append_line(line)?;
        self.appended(id, new, line.end_ms());
        Ok(())
    }

    fn appended(&mut self, id: SeriesId, new: bool, time_ms: i64) {
        if new {
            self.index.insert(id, &self.labels);
        }
        self.newest_ms = self.newest_ms.max(time_ms);
        if let Some(retention_ms) = self.options.retention_ms
            && self.newest_ms >= self.sweep_ms
        {
            self.sweep(self.newest_ms.saturating_sub(retention_ms));
            self.sweep_ms = self.newest_ms.saturating_add(retention_ms / 16 + 1);
        }
    }

    fn sweep(&mut self, before_ms: i64) {
        let mut gone = Vec::new();
        for (index, series) in self.series.iter_mut().enumerate() {
            if !series.is_empty() {
                series.drop_before(before_ms);
                if series.is_empty() {
                    gone.push(SeriesId(index as u32));
                }
            }
        }
        if !gone.is_empty() {
            self.index.remove(&gone);
        }
    }

    /// Keeps an exemplar of a series; the oldest give way.
    pub fn add_exemplar(&mut self, id: SeriesId, exemplar: Exemplar) {
        self.series[id.index()].add_exemplar(exemplar);
    }

    /// The exemplars kept of a series, oldest first.
    pub fn exemplars(&self, id: SeriesId) -> impl Iterator<Item = &Exemplar> {
        self.series[id.index()].exemplars.iter()
    }

    /// The series that satisfy all matchers, in the order of their labels.
    pub fn select(&self, matchers: &[Matcher]) -> Vec<SeriesId> {
        self.index.select(matchers, &self.labels)
    }

    /// The values of a label over all series, sorted.
    pub fn label_values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.index.values(name)
    }

    /// The samples of a series after `after_ms`, up to and including `to_ms`, staleness markers included.
    pub fn samples(&self, id: SeriesId, after_ms: i64, to_ms: i64) -> impl Iterator<Item = Sample> {
        self.series[id.index()].samples(after_ms, to_ms)
    }

    /// What those samples amount to, markers left out, at the cost of one step per chunk.
    pub fn summary(&self, id: SeriesId, after_ms: i64, to_ms: i64) -> Option<Summary> {
        self.series[id.index()].summary(after_ms, to_ms)
    }

    /// The latest sample at or before a time; it may be a staleness marker.
    pub fn latest(&self, id: SeriesId, time_ms: i64) -> Option<Sample> {
        self.series[id.index()].latest(time_ms)
    }

    /// How many series have samples.
    pub fn series_count(&self) -> usize {
        self.index.len()
    }

    /// How many samples there are, those on lines included.
    pub fn sample_count(&self) -> u64 {
        self.series.iter().map(Series::count).sum()
    }

    /// About how much memory samples and exemplars take.
    pub fn memory_bytes(&self) -> usize {
        self.series.iter().map(|series| size_of::<Series>() + series.memory_bytes()).sum()
    }
}
