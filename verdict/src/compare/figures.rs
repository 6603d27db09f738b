//! Error ratio and latencies, as the clients of all loads saw them.

use serde::Serialize;

use super::Both;
use crate::journal::{Health, Journal};
use crate::readable::{duration_ns, number, percent};

/// The share of requests that failed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Errors {
    /// Of all that were sent, 0 to 1.
    pub ratios: Both<f64>,
    /// How far they may be apart.
    pub tolerance: f64,
}

impl Errors {
    pub(super) fn of(runs: Both<&Journal>, tolerance: f64) -> Self {
        let ratio = |run: &Journal| run.health.errors as f64 / run.health.sent.max(1) as f64;
        Self { ratios: runs.map(ratio), tolerance }
    }

    /// Whether they are near enough.
    pub fn agree(&self) -> bool {
        (self.ratios[1] - self.ratios[0]).abs() <= self.tolerance
    }

    pub(super) fn difference(&self) -> Option<String> {
        let [a, b] = self.ratios;
        (!self.agree()).then(|| {
            let (apart, tolerance) = (number((b - a).abs() * 100.0), number(self.tolerance * 100.0));
            format!(
                "{} and {} of requests failed: {apart} points apart, at most {tolerance}",
                percent(a),
                percent(b)
            )
        })
    }
}

/// One quantile of latency.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quantile {
    /// `p95`.
    pub name: &'static str,
    /// Its values, nanoseconds.
    pub values_ns: Both<i64>,
    /// The second less the first, nanoseconds.
    pub difference_ns: i64,
    /// The second over the first; none where that is zero.
    pub ratio: Option<f64>,
    /// How far they may be apart, as a share of the first.
    pub tolerance: Option<f64>,
}

pub(super) fn latency(runs: Both<&Journal>, tolerance: Option<f64>) -> Vec<Quantile> {
    type Of = fn(&Health) -> i64;
    let all: [(&str, Of); 3] = [("p50", |it| it.p50_ns), ("p95", |it| it.p95_ns), ("p99", |it| it.p99_ns)];
    let quantile = |(name, of): (&'static str, Of)| {
        let [a, b] = runs.map(|run| of(&run.health));
        let ratio = (a != 0).then(|| b as f64 / a as f64);
        Quantile { name, values_ns: [a, b], difference_ns: b - a, ratio, tolerance }
    };
    all.map(quantile).into()
}

impl Quantile {
    /// Whether they are near enough; they are where nothing says how near that is.
    pub fn agree(&self) -> bool {
        let apart = self.difference_ns.abs() as f64;
        self.tolerance.is_none_or(|tolerance| apart <= tolerance * self.values_ns[0] as f64)
    }

    pub(super) fn difference(&self) -> Option<String> {
        let [a, b] = self.values_ns.map(duration_ns);
        let tolerance = self.tolerance.filter(|_| !self.agree())?;
        Some(format!("{} of latency was {a} and {b}, more than {} apart", self.name, percent(tolerance)))
    }
}
