//! `ramp`: a rate that changes evenly.
//!
//! ```text
//! rate(t) = a + s·t,  s = (b − a) / l               b |      ／
//! cumulative(t) = a·t + s·t² / 2                      |   ／
//! inverse(n) = 2·n / (a + √(a² + 2·s·n))            a |／
//!                                                   0 +────── l
//! ```
//!
//! A ramp down is the ramp up from b to a read backwards, which keeps the difference of two large numbers out of both
//! formulas: cumulative(t) = total − up(l − t).

use std::time::Duration;

use scenario_lang::vocabulary::Spec;

use super::slots::{self, NS_PER_S, required};
use super::{Row, Shape};

pub(super) const ROW: Row<Box<dyn Shape>> = Row {
    spec: Spec {
        keyword: "ramp",
        forms: &["ramp [{from:rate}] to {to:rate} over {over:duration}"],
        doc: "Changes the rate evenly. Without a first rate it starts at the rate before, or at zero.",
        example: "ramp 20/s to 80/s over 10m",
    },
    shape: |phrase, before| {
        let from =
            slots::rate(phrase, "from")?.unwrap_or_else(|| before.map_or(0.0, |shape| shape.final_rate()));
        let to = required(phrase, "to", slots::rate(phrase, "to")?)?;
        let over = required(phrase, "over", phrase.duration("over"))?;
        Ok(Box::new(Ramp::new(from, to, over)))
    },
};

/// A rate that changes evenly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    length: Duration,
    length_ns: f64,
    /// The ramp, or its mirror image, that goes up.
    up: Up,
    down: bool,
    total: f64,
}

/// A ramp up, without an end: from `low`, by `slope` per nanosecond.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Up {
    low: f64,
    slope: f64,
}

impl Ramp {
    /// A ramp between these rates per second.
    pub fn new(from: f64, to: f64, length: Duration) -> Self {
        let length_ns = length.as_nanos() as f64;
        let up = Up { low: from.min(to), slope: (to - from).abs() / length_ns.max(1.0) };
        Self { length, length_ns, up, down: to < from, total: up.cumulative(length_ns) }
    }
}

impl Up {
    fn cumulative(&self, t: f64) -> f64 {
        t * (self.low + self.slope * t / 2.0) / NS_PER_S
    }

    fn inverse(&self, n: f64) -> f64 {
        if n <= 0.0 {
            // From a rate of zero the formula would be 0 / 0.
            return 0.0;
        }
        let n = n * NS_PER_S;
        2.0 * n / (self.low + (self.low * self.low + 2.0 * self.slope * n).sqrt())
    }
}

impl Shape for Ramp {
    fn length(&self) -> Option<Duration> {
        Some(self.length)
    }

    fn rate(&self, t: f64) -> f64 {
        let since_low = if self.down { self.length_ns - t } else { t };
        self.up.low + self.up.slope * since_low
    }

    fn cumulative(&self, t: f64) -> f64 {
        if self.down { self.total - self.up.cumulative(self.length_ns - t) } else { self.up.cumulative(t) }
    }

    fn inverse(&self, n: f64) -> f64 {
        if self.down { self.length_ns - self.up.inverse(self.total - n) } else { self.up.inverse(n) }
    }
}
