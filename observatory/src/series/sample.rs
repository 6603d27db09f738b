//! Samples and the marker that ends a series.

/// One value at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The value; [`STALE_NAN`] where the series ended.
    pub value: f64,
}

/// Prometheus' staleness marker: the NaN that says "this series has ended", told apart by its bits.
pub const STALE_NAN: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Whether a value is the staleness marker; an ordinary NaN is not.
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_NAN.to_bits()
}

/// Times are at most this far from the Unix epoch, milliseconds (285,000 years), so that no arithmetic on them
/// overflows.
pub(crate) const TIME_LIMIT_MS: i64 = 1 << 53;

/// Whether a time is within the limit.
pub(crate) fn in_bounds(time_ms: i64) -> bool {
    (-TIME_LIMIT_MS..=TIME_LIMIT_MS).contains(&time_ms)
}
