//! Random durations: a [`Sampler`] turns 64 random bits into a time, by the inverse of the distribution function.
//!
//! - [`normal`]: the quantile function of the standard normal distribution
//! - `quantiles`: distributions given as a table of quantiles
//!
//! One draw gives one value, and a greater draw never a lesser value. A value is thus a pure function of a request's
//! key, and two scenarios that differ in a parameter can be compared request by request. Results are the same on
//! every machine: only IEEE arithmetic, square roots and `libm` are used.

pub mod normal;
mod quantiles;

use std::time::Duration;

use scenario_lang::quantity::Distribution;

use quantiles::Table;

/// A distribution, prepared for sampling. Values are rounded to the nearest nanosecond; beyond `u64` they saturate.
#[derive(Debug, Clone)]
pub struct Sampler(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Constant(u64),
    Normal { mean: f64, stddev: f64 },
    LogNormal { median: f64, sigma: f64 },
    Exp { mean: f64 },
    Uniform { min: u64, max: u64 },
    Pareto { min: f64, alpha: f64 },
    Quantiles(Table),
}

impl Sampler {
    /// Prepares a distribution whose parameters have been checked. Should they contradict themselves, the greater
    /// bound gives way: a `p99` below the median, or a `max` below the `min`, counts as equal to it.
    pub fn new(distribution: &Distribution) -> Self {
        let float = |duration: &Duration| nanos(*duration) as f64;
        Self(match distribution {
            Distribution::Constant(duration) => Kind::Constant(nanos(*duration)),
            Distribution::Normal { mean, stddev } => {
                Kind::Normal { mean: float(mean), stddev: float(stddev) }
            }
            Distribution::LogNormal { p50, .. } if p50.is_zero() => Kind::Constant(0),
            Distribution::LogNormal { p50, p99 } => {
                let log_ratio = libm::log(float(p99.max(p50)) / float(p50));
                Kind::LogNormal { median: float(p50), sigma: log_ratio / normal::quantile(0.99) }
            }
            Distribution::Exp { mean } => Kind::Exp { mean: float(mean) },
            Distribution::Uniform { min, max } => {
                Kind::Uniform { min: nanos(*min), max: nanos(*max.max(min)) }
            }
            Distribution::Pareto { min, alpha } => Kind::Pareto { min: float(min), alpha: *alpha },
            Distribution::Quantiles(points) => {
                Kind::Quantiles(Table::new(points.iter().map(|(p, duration)| (*p, float(duration)))))
            }
        })
    }

    /// The value of one draw of 64 uniformly random bits, in nanoseconds: the quantile at (draw + ½) / 2⁶⁴.
    pub fn sample(&self, draw: u64) -> u64 {
        match &self.0 {
            Kind::Constant(value) => *value,
            Kind::Normal { mean, stddev } => round(mean + stddev * normal::sample(draw)),
            Kind::LogNormal { median, sigma } => round(median * libm::exp(sigma * normal::sample(draw))),
            Kind::Exp { mean } => round(mean * standard_exponential(draw)),
            Kind::Uniform { min, max } => {
                let width = u128::from(max - min) + 1;
                min + ((u128::from(draw) * width) >> 64) as u64
            }
            Kind::Pareto { min, alpha } => round(min * libm::exp(standard_exponential(draw) / alpha)),
            Kind::Quantiles(table) => round(table.quantile(below(draw))),
        }
    }
}

/// An exponential variate of mean 1: −ln P(X > x). The upper tail is resolved down to 2⁻⁶⁴, so the greatest is 45.
pub fn standard_exponential(draw: u64) -> f64 {
    -libm::log(below(!draw))
}

/// The share of draws below this one, above 0 and at most 1. Finest near 0: the share above is `below(!draw)`.
fn below(draw: u64) -> f64 {
    const UNIT: f64 = 1.0 / (1u128 << 64) as f64;
    (draw as f64 + 0.5) * UNIT
}

/// Nearest nanosecond, at least zero; conversion from float saturates.
fn round(ns: f64) -> u64 {
    (ns + 0.5) as u64
}

/// Whole nanoseconds; beyond 584 years they saturate.
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
