//! What lies before the start of a run: a warm-up that was really simulated, and before it a synthetic history
//! that goes on backwards at the warm-up's pace.

use sim_core::telemetry::{Exemplar, Registry, SampleSink};

use super::Scraper;
use crate::series::{AppendError, Store};

/// Scrapes that wait until it is known how much is to be added to them.
#[derive(Debug, Default)]
pub(super) struct Warmup {
    frames: Vec<Frame>,
    /// By the registry's index: whether the series only grows.
    counters: Vec<bool>,
}

/// One scrape.
#[derive(Debug)]
struct Frame {
    time_ms: i64,
    /// By the registry's index; a series that appears later is missing at the end.
    values: Vec<f64>,
}

impl SampleSink for Frame {
    fn sample(&mut self, index: usize, value: f64) {
        if index == self.values.len() {
            self.values.push(value);
        }
    }

    fn exemplar(&mut self, _: usize, _: Exemplar) {}
}

/// What became of a warm-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// How many series got a synthetic history.
    pub extended: usize,
    /// By how much each series was lifted, by the registry's index: whole numbers, 0 for gauges. The live metrics
    /// must be lifted by the same ([`Registry::lift`]).
    pub lifts: Vec<f64>,
}

impl Scraper {
    /// Scrapes into memory, before the start.
    pub fn warm_up(&mut self, registry: &Registry, time_ms: i64) {
        let known = self.warmup.counters.len();
        self.warmup.counters.extend(registry.series_from(known).iter().map(|series| series.counter));
        let mut frame = Frame { time_ms, values: Vec::with_capacity(self.warmup.counters.len()) };
        registry.collect(&mut frame);
        self.warmup.frames.push(frame);
    }

    /// Writes the warm-up to the store, and before it, every `step_ms` from `from_ms` on, a history that continues
    /// it backwards: counters in a straight line from 0 at the warm-up's average pace, gauges at their first value.
    pub fn settle(
        &mut self,
        registry: &Registry,
        store: &mut Store,
        from_ms: i64,
        step_ms: i64,
    ) -> Result<Settled, AppendError> {
        let step_ms = step_ms.max(1);
        self.discover(registry, store);
        let warmup = std::mem::take(&mut self.warmup);
        let mut settled = Settled { extended: 0, lifts: Vec::with_capacity(warmup.counters.len()) };
        for (index, &counter) in warmup.counters.iter().enumerate() {
            let Some(id) = self.series(index) else { break };
            let values: Vec<(i64, f64)> = warmup
                .frames
                .iter()
                .filter_map(|frame| Some((frame.time_ms, *frame.values.get(index)?)))
                .collect();
            let (Some(&(first_ms, first)), Some(&(last_ms, last))) = (values.first(), values.last()) else {
                break;
            };
            let steps = ((first_ms - from_ms) / step_ms).max(0);
            // A counter that first appears late has counted nothing before: its pace is that of the whole warm-up.
            let (origin_ms, base) = match warmup.frames.first() {
                Some(frame) => (frame.time_ms, frame.values.get(index).copied().unwrap_or(0.0)),
                None => (first_ms, first),
            };
            let mut lift = 0.0;
            if steps > 0 {
                let length_ms = steps * step_ms;
                if counter {
                    // A whole number, so that the live counter can be lifted by exactly as much.
                    let pace = if last > base { (last - base) / (last_ms - origin_ms) as f64 } else { 0.0 };
                    lift = ((pace * length_ms as f64).round() - first.floor()).max(0.0);
                }
                let seam = first + lift;
                // The line aims at the first real sample and ends one step before it.
                let (start, end) =
                    if counter { (0.0, seam * (steps - 1) as f64 / steps as f64) } else { (first, first) };
                store.append_line(id, first_ms - length_ms, step_ms, steps as u64, start, end)?;
                settled.extended += 1;
            }
            for (time_ms, value) in values {
                self.append(store, id, time_ms, value + lift);
            }
            settled.lifts.push(lift);
        }
        self.settle_up(&warmup.frames, store, from_ms, step_ms)?;
        Ok(settled)
    }

    fn settle_up(
        &mut self,
        frames: &[Frame],
        store: &mut Store,
        from_ms: i64,
        step_ms: i64,
    ) -> Result<(), AppendError> {
        let Some(first) = frames.first() else { return Ok(()) };
        let steps = ((first.time_ms - from_ms) / step_ms).max(0);
        if steps > 0 {
            let up = self.up(store);
            store.append_line(up, first.time_ms - steps * step_ms, step_ms, steps as u64, 1.0, 1.0)?;
        }
        frames.iter().for_each(|frame| self.append_up(store, frame.time_ms, 1.0));
        Ok(())
    }
}
