//! Values with units, as the language writes them.

use std::time::Duration;

/// How a random duration is distributed; sampled by `sim_core::distribution`.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Always the same: `5ms`.
    Constant(Duration),
    /// `normal(mean, stddev)`, cut off at zero.
    Normal {
        /// The mean.
        mean: Duration,
        /// The standard deviation.
        stddev: Duration,
    },
    /// `lognormal(p50 300us, p99 2ms)`: given by two of its quantiles, as latencies are measured.
    LogNormal {
        /// The median.
        p50: Duration,
        /// The 99th percentile, at least the median.
        p99: Duration,
    },
    /// `exp(2s)`: exponential with this mean.
    Exp {
        /// The mean.
        mean: Duration,
    },
    /// `uniform(1ms, 5ms)`.
    Uniform {
        /// The least value.
        min: Duration,
        /// The greatest value.
        max: Duration,
    },
    /// `pareto(min 1ms, alpha 1.5)`: P(X > x) = (min / x)^alpha.
    Pareto {
        /// The least value.
        min: Duration,
        /// The tail exponent, at least 0.5.
        alpha: f64,
    },
    /// `quantiles(p50 3ms, p95 10ms, p99 40ms)`: linear between the points, constant outside of them.
    Quantiles(Vec<(f64, Duration)>),
}

/// A comparison operator, as PromQL writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// A named moment: the start or the end of a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The fault's name.
    pub fault: String,
    /// Whether its end is meant (`bad-deploy end`) and not its start (`bad-deploy`).
    pub end: bool,
}

/// The part of the run that an expectation speaks of.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// `within 6m of bad-deploy`: from the anchor to so long after it.
    Within {
        /// How long after the anchor.
        limit: Duration,
        /// The moment it counts from.
        of: Anchor,
    },
    /// `before bad-deploy`: from the start of the run to the anchor.
    Before(Anchor),
    /// `after bad-deploy end`: from the anchor to the end of the run.
    After(Anchor),
    /// `during bad-deploy`, `during bad-deploy after 1m`: while the fault is active, less a settling time.
    During {
        /// The fault's name.
        fault: String,
        /// How much of the beginning is left out.
        after: Duration,
    },
    /// `outside bad-deploy`: the run, less the fault's window.
    Outside(String),
    /// `at end`: the last moment of the run.
    AtEnd,
}

/// The value of one slot of a phrase.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `800ms`, `10m`.
    Duration(Duration),
    /// Per second: `80/s`, `30/m`.
    Rate(f64),
    /// 0 to 1: `20%`, `99.9%`.
    Ratio(f64),
    /// Bytes: `10kB`, `1MiB`.
    Size(u64),
    /// An amount and its currency: `12.50 EUR`.
    Money(f64, String),
    /// A bare number, where the slot asks for one.
    Number(f64),
    /// A bare whole number: `100`, `1_000_000`.
    Count(u64),
    /// An HTTP status from 200 to 599.
    Status(u16),
    /// A distribution of durations; a plain duration is a constant one.
    Distribution(Distribution),
    /// A quantile from 0 to 1, written `p95` or `p99.9`.
    Quantile(f64),
    /// A name: of a service, an alert, a receiver, a fault, …
    Name(String),
    /// What stood in backticks: PromQL, LogQL, SQL or a regular expression.
    Text(String),
    /// A comparison operator.
    Comparison(Comparison),
    /// The part of the run that is meant.
    When(When),
    /// An optional group that was written.
    Flag,
}

/// A duration as the language writes it: `43m12s`, `1500us`. Reading it gives the same duration again.
pub fn written(duration: Duration) -> String {
    const SMALL: [(&str, u128); 4] = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)];
    const LARGE: [(&str, u64); 3] = [("d", 86_400), ("h", 3_600), ("m", 60)];
    let nanos = duration.as_nanos();
    let fits = SMALL.into_iter().find(|(_, size)| nanos.is_multiple_of(*size));
    match fits {
        Some((unit, size)) if unit != "s" || nanos == 0 => format!("{}{unit}", nanos / size),
        _ => {
            let mut rest = duration.as_secs();
            let mut out = String::new();
            for (unit, size) in LARGE {
                if rest >= size {
                    out += &format!("{}{unit}", rest / size);
                    rest %= size;
                }
            }
            if rest > 0 { out + &format!("{rest}s") } else { out }
        }
    }
}
