//! The past of a live run: the services are watched for some seconds of their history's traffic, and what they say is taken
//! as what they have always said.

use std::collections::BTreeMap;

use live_world::timer::Timer;
use observatory::exposition::{openmetrics, read};
use observatory::promql::{Query, Selector};
use observatory::series::{Labels, Store, StoreOptions};

use super::http::Client;
use super::prometheus::Target;

/// Reads what the targets say while the history's traffic goes on.
pub(crate) struct Watching {
    targets: Vec<(Target, Client)>,
    selectors: Vec<Selector>,
    /// Times in milliseconds and values, by series.
    seen: BTreeMap<Labels, Vec<(i64, f64)>>,
}

/// A past, and how many series have it.
pub(crate) struct Past {
    pub(crate) text: String,
    pub(crate) series: u64,
}

/// Points of the past are as far from each other as this part of their age: a rate over any window is then off by no more,
/// and three days take a few hundred points.
const RESOLUTION: f64 = 0.005;

impl Watching {
    /// Watches the series that these queries read.
    ///
    /// # Errors
    /// A target has no address.
    pub(crate) fn new<'a>(
        timer: &Timer,
        targets: Vec<Target>,
        queries: impl Iterator<Item = &'a Query>,
    ) -> Result<Self, String> {
        let client = |target: Target| {
            let client = Client::new(timer, &format!("http://{}", target.address))?;
            Ok((target, client))
        };
        Ok(Self {
            targets: targets.into_iter().map(client).collect::<Result<_, String>>()?,
            selectors: queries.flat_map(Query::selectors).collect(),
            seen: BTreeMap::new(),
        })
    }

    /// Scrapes every target.
    ///
    /// # Errors
    /// One does not answer, or says what is no sample.
    pub(crate) async fn scrape(&mut self, now_ms: i64) -> Result<(), String> {
        for (target, client) in &self.targets {
            let told = |problem: String| format!("{}: {problem}", target.instance);
            let answer = client.get("/metrics").await.map_err(told)?;
            let text = String::from_utf8_lossy(&answer.body);
            for exposed in read(&text).map_err(|error| told(error.to_string()))? {
                let labels = exposed.labels.with("job", &target.job).with("instance", &target.instance);
                if self.selectors.iter().any(|selector| selects(selector, &labels)) {
                    let samples = self.seen.entry(labels).or_default();
                    // Of two at one time, the first counts.
                    if samples.last().is_none_or(|(last_ms, _)| *last_ms < now_ms) {
                        samples.push((now_ms, exposed.value));
                    }
                }
            }
        }
        Ok(())
    }

    /// What was seen, and before it a past that begins at `from_ms` and goes on until `to_ms`, when the services were
    /// started: there, counters have risen as steadily as they did since, and everything else has been what it was on
    /// average. Counters begin anew when their process does, so that nothing has to be lifted.
    pub(crate) fn past(&self, from_ms: i64, to_ms: i64, step_ms: i64) -> Past {
        let mut store = Store::new(StoreOptions::default());
        let times = times(from_ms, to_ms, step_ms);
        let mut ids = Vec::new();
        for (labels, samples) in &self.seen {
            let id = store.resolve(labels);
            let line = Line::through(labels, samples);
            let past = times.iter().map(|&time_ms| (time_ms, line.at((time_ms - from_ms) as f64)));
            for (time_ms, value) in past.chain(samples.iter().copied()) {
                store.append(id, time_ms, value).expect("the times ascend");
            }
            ids.push(id);
        }
        Past { text: openmetrics(&store, &ids), series: ids.len() as u64 }
    }
}

fn selects(selector: &Selector, labels: &Labels) -> bool {
    selector.matchers.iter().all(|matcher| matcher.matches_labels(labels))
}

/// From `from_ms` to before `to_ms`, the closer to each other the later.
fn times(from_ms: i64, to_ms: i64, step_ms: i64) -> Vec<i64> {
    let mut times = Vec::new();
    let mut time_ms = from_ms;
    while time_ms < to_ms {
        times.push(time_ms);
        time_ms += step_ms.max(((to_ms - time_ms) as f64 * RESOLUTION) as i64).max(1);
    }
    times
}

/// How a series has gone on.
enum Line {
    /// A counter, with what it gains in a millisecond.
    Rising(f64),
    /// Anything else, with its average.
    Level(f64),
}

impl Line {
    fn through(labels: &Labels, samples: &[(i64, f64)]) -> Self {
        let name = labels.name();
        let counts = ["_total", "_count", "_sum", "_bucket"].iter().any(|end| name.ends_with(end));
        match samples {
            [first, .., last] if counts => {
                Self::Rising((last.1 - first.1) / (last.0 - first.0).max(1) as f64)
            }
            [_] if counts => Self::Rising(0.0),
            _ => {
                Self::Level(samples.iter().map(|(_, value)| value).sum::<f64>() / samples.len().max(1) as f64)
            }
        }
    }

    fn at(&self, since_ms: f64) -> f64 {
        match self {
            Self::Rising(rate) => rate * since_ms,
            Self::Level(value) => *value,
        }
    }
}
