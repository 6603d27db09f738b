//! The rate of an open load over time.

use std::time::Duration;

use scenario_lang::vocabulary::Phrase;

use super::shapes::{self, Shape, ShapeError};
use crate::distribution::nanos;

/// Shapes one after the other, over the half-open time [0, run). After the last shape the rate is zero.
///
/// [`cumulative`](Self::cumulative) and [`inverse`](Self::inverse) agree to the nanosecond: n arrivals are expected
/// by `inverse(n)`, and fewer a nanosecond earlier.
#[derive(Debug)]
pub struct Profile {
    run_ns: u64,
    pieces: Vec<Piece>,
}

/// A shape in its place.
#[derive(Debug)]
struct Piece {
    from_ns: u64,
    to_ns: u64,
    /// Expected arrivals before it.
    before: f64,
    /// Expected arrivals by its end.
    after: f64,
    shape: Box<dyn Shape>,
}

impl Piece {
    fn cumulative(&self, at_ns: u64) -> f64 {
        self.before + self.shape.cumulative((at_ns - self.from_ns) as f64)
    }
}

impl Profile {
    /// The profile of a load's statements, cut off at the end of the run.
    ///
    /// # Errors
    /// When a statement is of no shape of the open model, lacks a value, takes no time, or can never begin.
    pub fn new(phrases: &[Phrase], run: Duration) -> Result<Self, ShapeError> {
        Ok(Self::of(shapes::open(phrases)?, run))
    }

    /// The profile of these shapes, cut off at the end of the run.
    pub fn of(shapes: impl IntoIterator<Item = Box<dyn Shape>>, run: Duration) -> Self {
        let run_ns = nanos(run);
        let mut pieces: Vec<Piece> = Vec::new();
        for shape in shapes {
            let (from_ns, before) = pieces.last().map_or((0, 0.0), |last| (last.to_ns, last.after));
            let to_ns =
                shape.length().map_or(run_ns, |length| from_ns.saturating_add(nanos(length)).min(run_ns));
            let mut piece = Piece { from_ns, to_ns, before, after: before, shape };
            piece.after = piece.cumulative(to_ns);
            pieces.push(piece);
        }
        Self { run_ns, pieces }
    }

    /// Arrivals per second at `t`; where two shapes meet, the later one's.
    pub fn rate(&self, t: Duration) -> f64 {
        let at_ns = nanos(t);
        let piece = self.pieces.iter().find(|piece| (piece.from_ns..piece.to_ns).contains(&at_ns));
        piece.map_or(0.0, |piece| piece.shape.rate((at_ns - piece.from_ns) as f64))
    }

    /// Expected arrivals from the start to `t`: the integral of the rate.
    pub fn cumulative(&self, t: Duration) -> f64 {
        let at_ns = nanos(t);
        let piece = self.pieces.iter().find(|piece| at_ns < piece.to_ns);
        piece.map_or(self.planned(), |piece| piece.cumulative(at_ns))
    }

    /// The first nanosecond by which `n` arrivals are expected; none where the run ends before.
    pub fn inverse(&self, n: f64) -> Option<u64> {
        let piece = self.pieces.get(self.pieces.partition_point(|piece| piece.after < n))?;
        let guess = piece.from_ns.saturating_add(piece.shape.inverse(n - piece.before).ceil() as u64);
        let at_ns = first(piece.from_ns, piece.to_ns, guess, |at_ns| piece.cumulative(at_ns) >= n);
        (at_ns < self.run_ns).then_some(at_ns)
    }

    /// Expected arrivals of the whole run.
    pub fn planned(&self) -> f64 {
        self.pieces.last().map_or(0.0, |last| last.after)
    }
}

/// The least value from `low` to `high` for which `reached` holds, or `high`. What has been reached stays reached;
/// the search spreads out from `guess`, so that a good one costs two looks.
fn first(low: u64, high: u64, guess: u64, reached: impl Fn(u64) -> bool) -> u64 {
    let (mut below, mut above) = (low, guess.clamp(low, high));
    let mut step = 1u64;
    if reached(above) {
        while above > low {
            below = above.saturating_sub(step).max(low);
            if !reached(below) {
                break;
            }
            above = below;
            step = step.saturating_mul(2);
        }
    } else {
        while above < high && !reached(above) {
            below = above;
            above = above.saturating_add(step).min(high);
            step = step.saturating_mul(2);
        }
    }
    while above - below > 1 {
        let middle = below + (above - below) / 2;
        if reached(middle) { above = middle } else { below = middle }
    }
    above
}
