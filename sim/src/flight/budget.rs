//! How the objectives do: good and bad requests, as the services counted them.

use observatory::promql::{Options, Query, Value};
use observatory::series::Store;
use scenario_lang::plan::{Bad, Plan, Slo};
use services::telemetry::request_counter;
use verdict::flight::Budget;

use super::Times;

/// Reads the counters behind one objective at the moments that matter.
pub(super) struct Meter {
    period_s: f64,
    total: Query,
    bad: Query,
    /// Readings at the start of the run and at the start of the period.
    at_start: (f64, f64),
    before: (f64, f64),
}

/// The seconds from one moment to a later one.
fn seconds(from_ns: i64, to_ns: i64) -> f64 {
    (to_ns - from_ns) as f64 / 1e9
}

impl Meter {
    pub(super) fn all(plan: &Plan) -> Vec<Self> {
        plan.slos.iter().map(|slo| Self::new(plan, slo)).collect()
    }

    fn new(plan: &Plan, slo: &Slo) -> Self {
        let service = &plan.services[slo.service];
        let (metric, status) = request_counter(service.telemetry);
        let Bad::StatusClass(class) = slo.bad;
        let name = &service.name;
        let query = |selector: String| {
            Query::parse(&format!("sum({metric}{{{selector}}})")).expect("names of services hold no quotes")
        };
        Self {
            period_s: slo.period.as_secs_f64(),
            total: query(format!("service_name=\"{name}\"")),
            bad: query(format!("service_name=\"{name}\",{status}=~\"{class}..\"")),
            at_start: (0.0, 0.0),
            before: (0.0, 0.0),
        }
    }

    /// Looks at the counters after a scrape, and keeps what they said at the start of the run and at the start of the
    /// period, which lies in the history or in the run: the last reading at or before it.
    pub(super) fn read(&mut self, store: &Store, options: &Options, now_ns: i64, times: Times) {
        let period_ns = times.end_ns.saturating_sub((self.period_s * 1e9) as i64);
        if now_ns == times.start_ns {
            self.at_start = self.counted(store, options, now_ns);
            self.before = self.counted(store, options, period_ns.min(now_ns));
        } else if now_ns <= period_ns {
            self.before = self.counted(store, options, now_ns);
        }
    }

    /// The objective at the end of the run.
    pub(super) fn finish(&self, store: &Store, options: &Options, times: Times) -> Budget {
        let (total, bad) = self.counted(store, options, times.end_ns);
        let (total, bad) = (total - self.before.0, bad - self.before.1);
        let begin_ns = times.history_ns.unwrap_or(times.start_ns);
        let assumed_rate = match times.history_ns {
            Some(history_ns) => self.at_start.0 / seconds(history_ns, times.start_ns),
            None => 0.0,
        };
        Budget { total, bad, assumed_rate, covered_s: seconds(begin_ns, times.end_ns).min(self.period_s) }
    }

    fn counted(&self, store: &Store, options: &Options, now_ns: i64) -> (f64, f64) {
        let sum = |query: &Query| match query.instant(store, options, now_ns.div_euclid(1_000_000)) {
            Ok(Value::Vector(elements)) => elements.first().map_or(0.0, |element| element.value),
            _ => 0.0,
        };
        (sum(&self.total), sum(&self.bad))
    }
}
