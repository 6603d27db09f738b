//! Burn-rate alerts: two windows each, and the share of the budget that may be gone when they fire.
//!
//! The page and the slowest ticket are those of Google's *The Site Reliability Workbook*, table 5-8; the pair in
//! between (one day, two hours) is that of sloth and of the Kubernetes mixin.

use super::objective::{Slo, rounded};
use crate::duration::Millis;

/// One burn-rate alert.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurnAlert {
    /// Its name.
    pub name: &'static str,
    /// Whether it wakes someone (`page`) or waits for the working day (`ticket`).
    pub severity: &'static str,
    /// The window that decides when it fires, milliseconds.
    pub long_ms: i64,
    /// The window that decides when it stops, a twelfth of the long one.
    pub short_ms: i64,
    /// The share of the budget, 0 to 1, that is gone at the earliest when it fires.
    pub budget_share: f64,
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The alerts of every objective, the fastest first.
pub const BURN_ALERTS: [BurnAlert; 4] = [
    BurnAlert {
        name: "ErrorBudgetBurnFast",
        severity: "page",
        long_ms: HOUR,
        short_ms: 5 * MINUTE,
        budget_share: 0.02,
    },
    BurnAlert {
        name: "ErrorBudgetBurnMedium",
        severity: "page",
        long_ms: 6 * HOUR,
        short_ms: 30 * MINUTE,
        budget_share: 0.05,
    },
    BurnAlert {
        name: "ErrorBudgetBurnSlow",
        severity: "ticket",
        long_ms: DAY,
        short_ms: 2 * HOUR,
        budget_share: 0.1,
    },
    BurnAlert {
        name: "ErrorBudgetBurnSteady",
        severity: "ticket",
        long_ms: 3 * DAY,
        short_ms: 6 * HOUR,
        budget_share: 0.1,
    },
];

impl BurnAlert {
    /// How many times faster than allowed the budget must burn: share · period / window, 14.4 for 2 % of 30 days in
    /// an hour.
    pub fn factor(&self, slo: &Slo) -> f64 {
        rounded(self.budget_share * slo.period_ms as f64 / self.long_ms as f64)
    }

    /// The name of the recorded error ratio over a window.
    pub(super) fn recorded(window_ms: i64) -> String {
        format!("slo:sli_error:ratio_rate{}", Millis(window_ms))
    }
}
