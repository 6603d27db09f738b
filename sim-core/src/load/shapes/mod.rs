//! Load shapes, one file each. A shape is a pure value; its row gives its sentences to the language and makes the
//! value from what was read. A new shape is one file and one row.

mod error;
mod hold;
mod ramp;
mod slots;
mod users;

use std::fmt::Debug;
use std::time::Duration;

use scenario_lang::vocabulary::{Phrase, Spec};

use super::population::Level;
pub use error::ShapeError;
pub use hold::Hold;
pub use ramp::Ramp;

/// A rate over time, for the open model.
///
/// Times are nanoseconds since the shape's own beginning; as floats, they are exact for the first 104 days. Rates are
/// per second. None of the functions is asked about times before 0 or after the shape's length.
pub trait Shape: Debug {
    /// How long it lasts; none goes on to the end of the load.
    fn length(&self) -> Option<Duration>;

    /// Arrivals per second at `t`.
    fn rate(&self, t: f64) -> f64;

    /// Expected arrivals from the beginning to `t`: the integral of the rate. Never decreases, not even by rounding.
    fn cumulative(&self, t: f64) -> f64;

    /// The time at which `n` arrivals are expected, up to rounding; asked for no more than there are.
    fn inverse(&self, n: f64) -> f64;

    /// The rate at its end; zero where it has none.
    fn final_rate(&self) -> f64 {
        self.length().map_or(0.0, |length| self.rate(length.as_nanos() as f64))
    }
}

/// The open model's shapes.
const OPEN: &[Row<Box<dyn Shape>>] = &[hold::ROW, ramp::ROW];

/// The closed model's shapes.
const CLOSED: &[Row<Level>] = &[users::ROW];

/// A row of the vocabulary and what its statements become.
struct Row<T> {
    spec: Spec,
    /// The shape of a statement, given the shape before it.
    shape: fn(&Phrase, Option<&T>) -> Result<T, ShapeError>,
}

/// The vocabulary of the open model.
pub fn open_shapes() -> Vec<Spec> {
    OPEN.iter().map(|row| row.spec).collect()
}

/// The vocabulary of the closed model.
pub fn closed_shapes() -> Vec<Spec> {
    CLOSED.iter().map(|row| row.spec).collect()
}

/// The shapes of the open model's statements.
pub(super) fn open(phrases: &[Phrase]) -> Result<Vec<Box<dyn Shape>>, ShapeError> {
    read(OPEN, phrases, |shape| shape.length())
}

/// The levels of the closed model's statements.
pub(super) fn closed(phrases: &[Phrase]) -> Result<Vec<Level>, ShapeError> {
    read(CLOSED, phrases, |level| level.length)
}

/// There is a shape, each takes some time, and only the last may go on to the end.
fn read<T>(
    rows: &[Row<T>],
    phrases: &[Phrase],
    length: fn(&T) -> Option<Duration>,
) -> Result<Vec<T>, ShapeError> {
    let mut shapes: Vec<T> = Vec::with_capacity(phrases.len());
    for phrase in phrases {
        let keyword = || phrase.keyword.clone();
        if shapes.last().is_some_and(|before| length(before).is_none()) {
            return Err(ShapeError::Unreachable { keyword: keyword() });
        }
        let row = rows.iter().find(|row| row.spec.keyword == phrase.keyword).ok_or_else(|| {
            ShapeError::Unknown {
                keyword: keyword(),
                known: rows.iter().map(|row| row.spec.keyword).collect(),
            }
        })?;
        let shape = (row.shape)(phrase, shapes.last())?;
        if length(&shape) == Some(Duration::ZERO) {
            return Err(ShapeError::NoTime { keyword: keyword() });
        }
        shapes.push(shape);
    }
    if shapes.is_empty() { Err(ShapeError::Empty) } else { Ok(shapes) }
}
