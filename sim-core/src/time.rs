//! Time as the simulator counts it: moments and lengths are nanoseconds in an `i64`, moments since the Unix epoch.

use std::time::Duration;

/// A length in whole nanoseconds. Beyond 292 years it saturates: what is longer than any run stays longer, and never
/// wraps round to the past.
pub fn ns(length: Duration) -> i64 {
    i64::try_from(length.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_saturate() {
        assert_eq!(ns(Duration::from_millis(20)), 20_000_000);
        let longest = Duration::from_nanos(i64::MAX.unsigned_abs());
        assert_eq!(ns(longest), i64::MAX);
        assert_eq!(ns(longest + Duration::from_nanos(1)), i64::MAX);
        assert_eq!(ns(Duration::MAX), i64::MAX);
    }
}
