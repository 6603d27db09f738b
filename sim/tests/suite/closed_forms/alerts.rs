//! The four alerts of the shipped rules, and the closed forms of their times.
//!
//! A share e of a constant traffic fails from the onset on. b is the error budget, B = e / b the burn rate, f an
//! alert's factor, W its long window and w its short one. All times are seconds.

use super::watched::EVALUATION_S;

/// The budget of the shipped objective, 99.9 %.
const BUDGET: f64 = 0.001;

/// An alert as *The Site Reliability Workbook* has it in table 5-8, and sloth the third.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alert {
    pub(crate) name: &'static str,
    pub(crate) factor: f64,
    pub(crate) long_s: f64,
    pub(crate) short_s: f64,
}

pub(crate) const FAST: Alert = alert("ErrorBudgetBurnFast", 14.4, 3600.0);
pub(crate) const MEDIUM: Alert = alert("ErrorBudgetBurnMedium", 6.0, 6.0 * 3600.0);
pub(crate) const SLOW: Alert = alert("ErrorBudgetBurnSlow", 3.0, 24.0 * 3600.0);
pub(crate) const STEADY: Alert = alert("ErrorBudgetBurnSteady", 1.0, 72.0 * 3600.0);
pub(crate) const ALERTS: [Alert; 4] = [FAST, MEDIUM, SLOW, STEADY];

const fn alert(name: &'static str, factor: f64, long_s: f64) -> Alert {
    Alert { name, factor, long_s, short_s: long_s / 12.0 }
}

impl Alert {
    /// The error ratio above which it fires: f · b.
    pub(crate) fn threshold(&self) -> f64 {
        self.factor * BUDGET
    }

    /// When it fires: after t, e · t errors stand against the traffic of a whole window, so that their ratio exceeds
    /// f · b from T = f · W / B = f · b · W / e on. Never, if even a window full of errors is not enough.
    pub(crate) fn detected_s(&self, share: f64, window_s: f64) -> Option<f64> {
        (share > self.threshold()).then(|| self.threshold() * window_s / share)
    }

    /// When it fires with H seconds of history, fewer than its window: e · t errors stand against H + t, and
    /// e · T = f · b · (H + T) gives T = f · b · H / (e − f · b).
    pub(crate) fn detected_early_s(&self, share: f64, history_s: f64) -> f64 {
        self.threshold() * history_s / (share - self.threshold())
    }

    /// How long it goes on firing after the recovery: after t, the short window holds e · (w − t) errors, and their
    /// ratio to w is no more than f · b from w · (1 − f / B) on.
    pub(crate) fn reset_s(&self, share: f64, window_s: f64) -> f64 {
        window_s * (1.0 - self.threshold() / share)
    }

    /// When random hits make it fire: the threshold's worth of a whole window comes by T.
    pub(crate) fn fires(&self, share: f64, rate: f64) -> Predicted {
        self.predicted(self.detected_s(share, self.long_s).expect("it fires"), self.long_s, rate)
    }

    /// The same with H seconds of history, while H + T is less than the window and takes its place.
    pub(crate) fn fires_early(&self, share: f64, rate: f64, history_s: f64) -> Predicted {
        let time_s = self.detected_early_s(share, history_s);
        self.predicted(time_s, history_s + time_s, rate)
    }

    /// When it stops after random hits: what deviates is the time that the last threshold's worth of the short window
    /// took to come.
    pub(crate) fn stops(&self, share: f64, rate: f64) -> Predicted {
        let last_s = self.detected_s(share, self.short_s).expect("it fires");
        Predicted { time_s: self.reset_s(share, self.short_s), ..self.predicted(last_s, self.short_s, rate) }
    }

    /// A time t by which N = f · b · W · rate random events come deviates by t / √N.
    fn predicted(&self, time_s: f64, window_s: f64, rate: f64) -> Predicted {
        Predicted { time_s, spread_s: 3.0 * time_s / (self.threshold() * window_s * rate).sqrt() }
    }
}

/// The time of something that random hits bring about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Predicted {
    /// Of evenly spaced hits.
    pub(crate) time_s: f64,
    /// Three standard deviations.
    pub(crate) spread_s: f64,
}

impl Predicted {
    /// How far from the time is near enough: it is seen at an evaluation.
    pub(crate) fn bound_s(self) -> f64 {
        EVALUATION_S as f64 + self.spread_s
    }

    /// Whether something that was seen, if at all, so long after the beginning is near enough.
    pub(crate) fn holds(self, seen_s: Option<f64>) -> bool {
        seen_s.is_some_and(|seen_s| (seen_s - self.time_s).abs() <= self.bound_s())
    }

    /// The latest time that is near enough.
    pub(crate) fn latest_s(self) -> f64 {
        self.time_s + self.bound_s()
    }
}
