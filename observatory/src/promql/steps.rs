//! The values of a node at regular times, gathered into series.

use std::collections::BTreeMap;

use super::evaluate::{Data, Evaluation};
use super::node::Node;
use super::{MatrixRow, QueryError};
use crate::series::{Labels, Sample};

/// Series as they appear.
#[derive(Default)]
struct Rows {
    rows: Vec<MatrixRow>,
    places: BTreeMap<Labels, usize>,
}

impl Rows {
    /// Adds a sample; `hint` is its place in its vector. Vectors hardly change from step to step, so that it is
    /// nearly always the row's place too, and no search is needed.
    fn put(&mut self, hint: usize, labels: Labels, sample: Sample) {
        if let Some(row) = self.rows.get_mut(hint)
            && row.labels == labels
        {
            return row.samples.push(sample);
        }
        let place = *self.places.entry(labels.clone()).or_insert(self.rows.len());
        match self.rows.get_mut(place) {
            Some(row) => row.samples.push(sample),
            None => self.rows.push(MatrixRow { labels, samples: vec![sample] }),
        }
    }

    /// The series in the order of their labels.
    fn sorted(mut self) -> Vec<MatrixRow> {
        self.rows.sort_by(|a, b| a.labels.cmp(&b.labels));
        self.rows
    }
}

impl Evaluation<'_> {
    /// A node's values from one time to another, both included.
    pub(super) fn over(
        &self,
        node: &Node,
        from_ms: i64,
        to_ms: i64,
        step_ms: i64,
    ) -> Result<Vec<MatrixRow>, QueryError> {
        let step = usize::try_from(step_ms).ok().filter(|&step| step > 0);
        let step = step.ok_or_else(|| QueryError::evaluation("the step must be longer than zero"))?;
        let mut rows = Rows::default();
        for time_ms in (from_ms..=to_ms).step_by(step) {
            let sample = |value| Sample { time_ms, value };
            // Every step counts, so that no query is evaluated for ever.
            self.spend(1)?;
            match self.evaluate(node, time_ms)? {
                Data::Scalar(value) => rows.put(0, Labels::default(), sample(value)),
                Data::Vector(vector) => {
                    self.spend(vector.len() as u64)?;
                    for (place, element) in vector.into_iter().enumerate() {
                        rows.put(place, element.labels, sample(element.value));
                    }
                }
                Data::Text(_) => return Err(QueryError::evaluation("a string has no values over time")),
            }
        }
        Ok(rows.sorted())
    }
}
