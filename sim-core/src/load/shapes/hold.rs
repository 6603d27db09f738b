//! `hold`: a constant rate.
//!
//! ```text
//! rate(t) = r                  r |────────────
//! cumulative(t) = r · t          |
//! inverse(n) = n / r           0 +──────────── t
//! ```

use std::time::Duration;

use scenario_lang::vocabulary::Spec;

use super::slots::{self, NS_PER_S, required};
use super::{Row, Shape};

pub(super) const ROW: Row<Box<dyn Shape>> = Row {
    spec: Spec {
        keyword: "hold",
        forms: &["hold {rate:rate} [for {for:duration}]"],
        doc: "Keeps the rate the same. Without `for` it goes on to the end of the load.",
        example: "hold 80/s for 10m",
    },
    shape: |phrase, _| {
        let rate = required(phrase, "rate", slots::rate(phrase, "rate")?)?;
        Ok(Box::new(Hold { rate, length: phrase.duration("for") }))
    },
};

/// A constant rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hold {
    /// Arrivals per second.
    pub rate: f64,
    /// How long; none goes on to the end of the load.
    pub length: Option<Duration>,
}

impl Shape for Hold {
    fn length(&self) -> Option<Duration> {
        self.length
    }

    fn rate(&self, _: f64) -> f64 {
        self.rate
    }

    fn cumulative(&self, t: f64) -> f64 {
        self.rate * t / NS_PER_S
    }

    fn inverse(&self, n: f64) -> f64 {
        n * NS_PER_S / self.rate
    }
}
