//! Why statements make no load.

use std::fmt;

/// Why a list of statements makes no load. The checker of the language finds most of these first.
#[derive(Debug, Clone, PartialEq)]
pub enum ShapeError {
    /// There is no statement.
    Empty,
    /// The model has no such shape.
    Unknown {
        /// What was written.
        keyword: String,
        /// What could be.
        known: Vec<&'static str>,
    },
    /// A value is missing that the statement cannot do without.
    Missing {
        /// The shape.
        keyword: String,
        /// The slot.
        slot: &'static str,
    },
    /// A rate is negative, infinite or not a number.
    Rate {
        /// The shape.
        keyword: String,
        /// The slot.
        slot: &'static str,
        /// Its value, per second.
        rate: f64,
    },
    /// A shape takes no time.
    NoTime {
        /// The shape.
        keyword: String,
    },
    /// A shape follows one that goes on to the end.
    Unreachable {
        /// The shape that never begins.
        keyword: String,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the load has no shape: say how much there is, such as `hold 80/s`"),
            Self::Unknown { keyword, known } => {
                write!(f, "`{keyword}` is no shape of this model, which knows {}", known.join(", "))
            }
            Self::Missing { keyword, slot } => write!(f, "`{keyword}` lacks its `{slot}`"),
            Self::Rate { keyword, slot, rate } => {
                write!(f, "the `{slot}` of `{keyword}` is {rate}/s, but must be finite and at least 0/s")
            }
            Self::NoTime { keyword } => write!(f, "`{keyword}` takes no time: give it a length above zero"),
            Self::Unreachable { keyword } => {
                write!(
                    f,
                    "`{keyword}` never begins: the shape before it goes on to the end; give that a length"
                )
            }
        }
    }
}

impl std::error::Error for ShapeError {}
