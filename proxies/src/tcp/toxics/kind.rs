//! One row of the table of toxics.

use serde::Serialize;

use super::action::Action;

/// A kind of toxic.
#[derive(Debug, Serialize)]
pub(crate) struct Kind {
    /// Its name, which requests give as `type`.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) documentation: &'static str,
    /// What can be set, in the order in which it is shown.
    pub(crate) parameters: &'static [Parameter],
    #[serde(skip)]
    pub(crate) action: Action,
}

/// Something that can be set, a whole number.
#[derive(Debug, Serialize)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it counts.
    pub(crate) unit: Unit,
    /// What it may be at least. A parameter that is not given is zero, as Toxiproxy has it.
    pub(crate) least: u64,
    /// What it may be at most.
    pub(crate) most: u64,
    /// What it says.
    pub(crate) documentation: &'static str,
}

/// What a parameter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Unit {
    /// Bytes.
    #[serde(rename = "B")]
    Bytes,
    /// Connections.
    #[serde(rename = "connections")]
    Connections,
    /// Thousands of bytes a second.
    #[serde(rename = "kB/s")]
    KilobytesPerSecond,
    /// Microseconds.
    #[serde(rename = "us")]
    Microseconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
}

impl Unit {
    /// How many nanoseconds one is; one, if it is no time.
    pub(crate) fn ns(self) -> u64 {
        match self {
            Self::Milliseconds => 1_000_000,
            Self::Microseconds => 1_000,
            Self::Bytes | Self::Connections | Self::KilobytesPerSecond => 1,
        }
    }
}

/// The longest time that can be set: a day.
const DAY_MS: u64 = 86_400_000;

impl Parameter {
    pub(crate) const fn ms(name: &'static str, documentation: &'static str) -> Self {
        Self { name, unit: Unit::Milliseconds, least: 0, most: DAY_MS, documentation }
    }

    pub(crate) const fn us(name: &'static str, documentation: &'static str) -> Self {
        Self { name, unit: Unit::Microseconds, least: 0, most: DAY_MS * 1000, documentation }
    }

    pub(crate) const fn bytes(name: &'static str, least: u64, documentation: &'static str) -> Self {
        Self { name, unit: Unit::Bytes, least, most: i64::MAX as u64, documentation }
    }
}
