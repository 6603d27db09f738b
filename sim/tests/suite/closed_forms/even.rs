//! Evenly spaced hits: every time is exactly the closed form's, at the first or last evaluation that it allows.
//!
//! In Prometheus 3 a window is open on the left: aligned samples span one scrape less than it says, and errors and
//! traffic are extrapolated alike, so that W − Δ and w − Δ take the places of W and w.

use super::alerts::{ALERTS, Alert};
use super::watched::{Counts, EVALUATION_S, History, SCRAPE_S, Watched, first_s, resolved_s, shipped_rules};

/// Of which every error ratio here gives a whole number of errors per scrape.
const RATE: i64 = 200;
const DAY_S: i64 = 86_400;

/// The counters of an incident from time 0 on, until `to_s`.
fn counts(share: f64, length_s: i64, to_s: i64) -> impl Iterator<Item = Counts> {
    (1..=to_s / SCRAPE_S).map(move |scrape| {
        let seconds = scrape * SCRAPE_S;
        let errors = share * (RATE * seconds.min(length_s)) as f64;
        Counts { all: (RATE * seconds) as u64, bad: errors.round() as u64 }
    })
}

/// The first evaluation after a time. Comparisons are strict: one at this very time does not count.
fn first_after_s(time_s: f64) -> i64 {
    ((time_s / EVALUATION_S as f64).floor() as i64 + 1) * EVALUATION_S
}

/// The first evaluation at or after a time: the one after the last that came before it.
fn first_from_s(time_s: f64) -> i64 {
    (time_s / EVALUATION_S as f64).ceil() as i64 * EVALUATION_S
}

/// When each alert fires and when it is resolved, in seconds since onset and recovery.
fn seen(history: History, share: f64, length_s: i64) -> [Option<(i64, i64)>; 4] {
    let mut watched = Watched::new(&shipped_rules(), history, 0);
    let longest = ALERTS[3].short_s as i64;
    let transitions: Vec<_> =
        counts(share, length_s, length_s + longest).flat_map(|counts| watched.scrape(counts)).collect();
    ALERTS.map(|Alert { name, .. }| {
        Some((first_s(&transitions, name)?, resolved_s(&transitions, name)? - length_s))
    })
}

#[test]
fn alerts_fire_and_stop_when_the_closed_forms_say() {
    let lost = SCRAPE_S as f64;
    // The error ratio, and minutes that it lasts.
    for (share, minutes) in [(0.2, 30), (0.05, 120), (0.015, 90), (0.007, 360), (0.004, 1200), (0.002, 2400)]
    {
        let length_s = minutes * 60;
        // A counter that has counted errors before is extrapolated backwards like any other. One that was at zero is
        // not taken below: its errors weigh less by (W − Δ) / W, and the loss of W − Δ cancels out.
        for (errors, at_zero) in [(1e6, 0.0), (0.0, lost)] {
            let history = History { seconds: 4 * DAY_S, rate: RATE as f64, errors };
            let expected = ALERTS.map(|alert| {
                let detected_s = alert.detected_s(share, alert.long_s - lost + at_zero)?;
                let reset_s = alert.reset_s(share, alert.short_s - lost);
                (detected_s < length_s as f64).then(|| (first_after_s(detected_s), first_from_s(reset_s)))
            });
            assert_eq!(seen(history, share, length_s), expected, "{share}, {errors} errors before");
        }
    }
}

#[test]
fn short_history_makes_alerts_fire_early() {
    let length_s = 7200;
    for minutes in [10, 20, 40, 90, 600] {
        for share in [0.2, 0.05, 0.03] {
            // Both counters begin with the history, at zero.
            let history = History { seconds: minutes * 60, rate: RATE as f64, errors: 0.0 };
            let seen = seen(history, share, length_s);
            for (alert, seen) in ALERTS.iter().zip(seen) {
                let detected_s = alert.detected_early_s(share, history.seconds as f64);
                let window_s = history.seconds as f64 + detected_s;
                if window_s < alert.long_s - SCRAPE_S as f64 && detected_s < length_s as f64 {
                    let first_s = seen.map(|(first_s, _)| first_s);
                    assert_eq!(first_s, Some(first_after_s(detected_s)), "{alert:?}: {share}, {history:?}");
                }
            }
        }
    }
}
