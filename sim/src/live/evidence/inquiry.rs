//! Queries over a whole run, each asked once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use observatory::promql::{Element, Query, Value};

use super::schedule::Schedule;
use crate::live::prometheus::api::{Api, ApiError};

/// What a query gave at each moment at which it gave something.
pub(super) type Values = BTreeMap<i64, Vec<Element>>;

/// What a query gave at some moments, or why it could not be evaluated.
pub(super) type Outcome = Result<Rc<Values>, String>;

/// Asks a server, and remembers what it said.
pub(super) struct Inquiry<'a> {
    pub(super) api: &'a Api,
    lookback_ms: i64,
    known: RefCell<BTreeMap<(String, Schedule), Outcome>>,
}

impl<'a> Inquiry<'a> {
    pub(super) fn new(api: &'a Api, lookback_ms: i64) -> Self {
        Self { api, lookback_ms, known: RefCell::default() }
    }

    /// What a query gives at every moment. It fails as a whole where it fails at one.
    pub(super) async fn over(&self, query: &str, schedule: Schedule) -> Result<Outcome, String> {
        let key = (query.to_owned(), schedule);
        if let Some(outcome) = self.known.borrow().get(&key) {
            return Ok(outcome.clone());
        }
        let (from_ms, to_ms) = (schedule.first_ms(), schedule.last_ms());
        let outcome = match self.api.range(query, from_ms, to_ms, schedule.step_ms()).await {
            Ok(rows) => {
                let mut values = Values::new();
                for row in rows {
                    for sample in row.samples {
                        let element = Element { labels: row.labels.clone(), value: sample.value };
                        values.entry(sample.time_ms).or_default().push(element);
                    }
                }
                Ok(Rc::new(values))
            }
            Err(ApiError::Refused(cause)) => Err(cause),
            Err(ApiError::Failed(cause)) => return Err(cause),
        };
        self.known.borrow_mut().insert(key, outcome.clone());
        Ok(outcome)
    }

    /// What a query gives at one moment.
    pub(super) async fn at(&self, query: &str, time_ms: i64) -> Result<Result<Value, String>, String> {
        match self.api.instant(query, time_ms).await {
            Ok(value) => Ok(Ok(value)),
            Err(ApiError::Refused(cause)) => Ok(Err(cause)),
            Err(ApiError::Failed(cause)) => Err(cause),
        }
    }

    /// At which moments each selector of a query that must has a sample to read.
    pub(super) async fn matched(&self, query: &Query, schedule: Schedule) -> Result<BTreeSet<i64>, String> {
        let (selectors, need) = query.reads(self.lookback_ms);
        let mut found = Vec::with_capacity(selectors.len());
        for selector in &selectors {
            let offset = match selector.until_ms {
                0 => String::new(),
                until_ms => format!(" offset {until_ms}ms"),
            };
            let window_ms = selector.window_ms.saturating_sub(selector.until_ms).clamp(1, LONGEST_MS);
            let text = &selector.text;
            // Mostly the series goes on, and its newest sample will do.
            let newest = self.times(&format!("count({text}{offset})"), schedule).await?;
            let enough = window_ms >= self.lookback_ms && newest.len() == schedule.times().count();
            found.push(match enough {
                true => newest,
                false => {
                    let any = format!("count(count_over_time({text}[{window_ms}ms]{offset}))");
                    self.times(&any, schedule).await?
                }
            });
        }
        let met = |time: &i64| need.is_met(&mut |index| found[index].contains(time));
        Ok(schedule.times().filter(met).collect())
    }

    /// The moments at which a query gives something.
    async fn times(&self, query: &str, schedule: Schedule) -> Result<BTreeSet<i64>, String> {
        Ok(self
            .over(query, schedule)
            .await?
            .map(|values| values.keys().copied().collect())
            .unwrap_or_default())
    }
}

/// Ten years: as long as samples are kept.
const LONGEST_MS: i64 = 10 * 365 * 86_400_000;
