//! How the objectives do: good and bad requests, as the services counted them.

use observatory::promql::{Options, Query, Value};
use observatory::series::Store;
use scenario_lang::plan::{Bad, Plan, Slo};
use services::telemetry::request_counter;
use verdict::flight::Budget;

use super::Times;

/// One objective, and the counters behind it.
pub(crate) struct Objective {
    period_s: f64,
    /// Selects all requests.
    pub(crate) total: String,
    /// Selects the bad ones.
    pub(crate) bad: String,
}

/// All requests, and the bad ones, as counters stand at some moment.
pub(crate) type Counted = (f64, f64);

/// The seconds from one moment to a later one.
fn seconds(from_ns: i64, to_ns: i64) -> f64 {
    (to_ns - from_ns) as f64 / 1e9
}

impl Objective {
    /// Those of a plan, in its order.
    pub(crate) fn all(plan: &Plan) -> Vec<Self> {
        plan.slos.iter().map(|slo| Self::new(plan, slo)).collect()
    }

    fn new(plan: &Plan, slo: &Slo) -> Self {
        let service = &plan.services[slo.service];
        let (metric, status) = request_counter(service.telemetry);
        let Bad::StatusClass(class) = slo.bad;
        let name = &service.name;
        Self {
            period_s: slo.period.as_secs_f64(),
            total: format!("{metric}{{service_name=\"{name}\"}}"),
            bad: format!("{metric}{{service_name=\"{name}\",{status}=~\"{class}..\"}}"),
        }
    }

    /// Where the period begins that ends with the run.
    pub(crate) fn begin_ns(&self, times: Times) -> i64 {
        times.end_ns.saturating_sub((self.period_s * 1e9) as i64)
    }

    /// How it did, by what was counted when the period and the run began and when the run ended.
    pub(crate) fn budget(&self, times: Times, before: Counted, at_start: Counted, at_end: Counted) -> Budget {
        let begin_ns = times.history_ns.unwrap_or(times.start_ns);
        let assumed_rate = match times.history_ns {
            Some(history_ns) => at_start.0 / seconds(history_ns, times.start_ns),
            None => 0.0,
        };
        Budget {
            total: at_end.0 - before.0,
            bad: at_end.1 - before.1,
            assumed_rate,
            covered_s: seconds(begin_ns, times.end_ns).min(self.period_s),
        }
    }
}

/// Reads the counters behind one objective at the moments that matter, as samples are not kept for its whole period.
pub(super) struct Meter {
    objective: Objective,
    total: Query,
    bad: Query,
    at_start: Counted,
    before: Counted,
}

impl Meter {
    pub(super) fn all(plan: &Plan) -> Vec<Self> {
        Objective::all(plan).into_iter().map(Self::new).collect()
    }

    fn new(objective: Objective) -> Self {
        let sum = |selector: &str| {
            Query::parse(&format!("sum({selector})")).expect("names of services hold no quotes")
        };
        let (total, bad) = (sum(&objective.total), sum(&objective.bad));
        Self { objective, total, bad, at_start: (0.0, 0.0), before: (0.0, 0.0) }
    }

    /// Looks at the counters after a scrape, and keeps what they said at the start of the run and at the start of the
    /// period, which lies in the history or in the run: the last reading at or before it.
    pub(super) fn read(&mut self, store: &Store, options: &Options, now_ns: i64, times: Times) {
        let period_ns = self.objective.begin_ns(times);
        if now_ns == times.start_ns {
            self.at_start = self.counted(store, options, now_ns);
            self.before = self.counted(store, options, period_ns.min(now_ns));
        } else if now_ns <= period_ns {
            self.before = self.counted(store, options, now_ns);
        }
    }

    /// The objective at the end of the run.
    pub(super) fn finish(&self, store: &Store, options: &Options, times: Times) -> Budget {
        let at_end = self.counted(store, options, times.end_ns);
        self.objective.budget(times, self.before, self.at_start, at_end)
    }

    fn counted(&self, store: &Store, options: &Options, now_ns: i64) -> Counted {
        let sum = |query: &Query| match query.instant(store, options, now_ns.div_euclid(1_000_000)) {
            Ok(Value::Vector(elements)) => elements.first().map_or(0.0, |element| element.value),
            _ => 0.0,
        };
        (sum(&self.total), sum(&self.bad))
    }
}
