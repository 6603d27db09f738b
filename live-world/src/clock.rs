//! The clock of the live world: it says what time it is and never steps back.

use rustix::time::{ClockId, Timespec, clock_gettime};

/// Nanoseconds since the Unix epoch, by the machine's monotonic clock: whoever sets the time of day meanwhile changes
/// neither order nor lengths.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// What the time of day was ahead of the monotonic clock when this clock was made.
    ahead_ns: i64,
}

impl Clock {
    /// A clock that is right now.
    pub fn new() -> Self {
        // Of several looks the one that nothing came between: the two clocks are read one after the other.
        let look = |_| {
            let before_ns = to_ns(clock_gettime(ClockId::Monotonic));
            let day_ns = to_ns(clock_gettime(ClockId::Realtime));
            let took_ns = to_ns(clock_gettime(ClockId::Monotonic)) - before_ns;
            (took_ns, day_ns - before_ns - took_ns / 2)
        };
        let (_, ahead_ns) = (0..8).map(look).min().expect("eight looks have a quickest");
        Self { ahead_ns }
    }

    /// Nanoseconds since the Unix epoch.
    pub fn now_ns(&self) -> i64 {
        to_ns(clock_gettime(ClockId::Monotonic)) + self.ahead_ns
    }

    /// The reading of the monotonic clock at a moment; zero for all moments before it was started.
    pub(crate) fn monotonic(&self, at_ns: i64) -> Timespec {
        let ns = at_ns.saturating_sub(self.ahead_ns).max(0);
        Timespec { tv_sec: ns / SECOND, tv_nsec: ns % SECOND }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

const SECOND: i64 = 1_000_000_000;

fn to_ns(time: Timespec) -> i64 {
    time.tv_sec * SECOND + time.tv_nsec
}
