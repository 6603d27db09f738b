//! What the clients of a load saw, kept in segments of the run so that memory does not grow with its length.

use hdrhistogram::Histogram;

/// What is noticeably later than intended, nanoseconds. Latencies count from the intended time: what is late by less has
/// its place in them.
const LATE_NS: i64 = 10_000_000;

/// How one request ended, as its client saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// When the client meant to send it, nanoseconds since the Unix epoch; latency counts from here.
    pub intended_ns: i64,
    /// When the answer was there.
    pub end_ns: i64,
    /// The HTTP status; zero where no answer came.
    pub status: u16,
}

impl Outcome {
    /// Whether it is an error: a status of 500 or more, or no answer.
    pub fn failed(&self) -> bool {
        self.status == 0 || self.status >= 500
    }
}

/// The outcomes of the requests intended in one segment of the run.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Start, nanoseconds since the Unix epoch; included.
    pub from_ns: i64,
    /// End; not included.
    pub to_ns: i64,
    /// Latencies in microseconds, to three significant digits; above one hour they count as one hour.
    pub latency_us: Histogram<u64>,
    /// Requests that ended, with an answer or without.
    pub ended: u64,
    /// Of these, the ones that failed, see [`Outcome::failed`].
    pub errors: u64,
    /// Of the errors, the ones to which no answer came.
    pub unanswered: u64,
}

/// All outcomes of one run. The counters are kept by the load generator.
#[derive(Debug, Clone)]
pub struct Outcomes {
    segments: Vec<Segment>,
    /// Requests that the load planned.
    pub planned: u64,
    /// Requests sent.
    pub sent: u64,
    /// Requests planned and never sent, because the generator could not keep up.
    pub dropped: u64,
    /// Requests sent noticeably later than intended; none in the virtual world.
    pub late: u64,
    /// How much later than intended each was sent, in microseconds; empty in the virtual world.
    pub lateness_us: Histogram<u64>,
}

/// How the load generator itself did, over the whole run.
#[derive(Debug, Clone)]
pub struct Health {
    /// Requests that the load planned.
    pub planned: u64,
    /// Requests sent.
    pub sent: u64,
    /// Requests planned and never sent.
    pub dropped: u64,
    /// Requests sent noticeably later than intended.
    pub late: u64,
    /// How much later than intended each was sent, as in [`Outcomes::lateness_us`].
    pub lateness_us: Histogram<u64>,
    /// Requests that an answer came to, whatever it said.
    pub answered: u64,
    /// Requests that failed, see [`Outcome::failed`].
    pub errors: u64,
    /// Latencies of all requests, in microseconds as in [`Segment::latency_us`].
    pub latency_us: Histogram<u64>,
}

/// From 1 µs to 1 h. The size is fixed (184 KiB), so that recording neither allocates nor moves anything; a histogram
/// that grows by itself would saturate at the little it begins with.
fn latencies() -> Histogram<u64> {
    const HOUR_US: u64 = 3_600_000_000;
    Histogram::new_with_bounds(1, HOUR_US, 3).expect("the bounds and three significant digits are allowed")
}

impl Outcomes {
    /// Segments between these moments (sorted, at least two).
    pub fn new(cuts: &[i64]) -> Self {
        let segments = cuts.windows(2).map(|cut| Segment {
            from_ns: cut[0],
            to_ns: cut[1],
            latency_us: latencies(),
            ended: 0,
            errors: 0,
            unanswered: 0,
        });
        Self {
            segments: segments.collect(),
            planned: 0,
            sent: 0,
            dropped: 0,
            late: 0,
            lateness_us: latencies(),
        }
    }

    /// One was sent, so many nanoseconds after it was meant to be.
    pub fn sent(&mut self, lateness_ns: i64) {
        self.sent += 1;
        self.late += u64::from(lateness_ns > LATE_NS);
        if lateness_ns > 0 {
            self.lateness_us.saturating_record(lateness_ns.unsigned_abs() / 1_000);
        }
    }

    /// Adds what another worker of the same run saw, with the same segments.
    pub fn merge(&mut self, other: &Self) {
        let bounds = "all histograms have the same bounds";
        for (own, other) in self.segments.iter_mut().zip(&other.segments) {
            own.latency_us.add(&other.latency_us).expect(bounds);
            own.ended += other.ended;
            own.errors += other.errors;
            own.unanswered += other.unanswered;
        }
        self.planned += other.planned;
        self.sent += other.sent;
        self.dropped += other.dropped;
        self.late += other.late;
        self.lateness_us.add(&other.lateness_us).expect(bounds);
    }

    /// Takes one in. One intended outside of all segments is left out.
    pub fn record(&mut self, outcome: Outcome) {
        let index = self.segments.partition_point(|segment| segment.to_ns <= outcome.intended_ns);
        let Some(segment) = self.segments.get_mut(index) else { return };
        if outcome.intended_ns < segment.from_ns {
            return;
        }
        segment.ended += 1;
        segment.errors += u64::from(outcome.failed());
        segment.unanswered += u64::from(outcome.status == 0);
        let micros = outcome.end_ns.saturating_sub(outcome.intended_ns).max(0).unsigned_abs() / 1_000;
        segment.latency_us.saturating_record(micros);
    }

    /// The segments, in order of time.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The whole run: the counters, and the sum of the segments.
    pub fn health(&self) -> Health {
        let mut latency_us = latencies();
        for segment in &self.segments {
            latency_us.add(&segment.latency_us).expect("all histograms have the same bounds");
        }
        let sum = |of: fn(&Segment) -> u64| self.segments.iter().map(of).sum();
        Health {
            planned: self.planned,
            sent: self.sent,
            dropped: self.dropped,
            late: self.late,
            lateness_us: self.lateness_us.clone(),
            answered: sum(|segment| segment.ended - segment.unanswered),
            errors: sum(|segment| segment.errors),
            latency_us,
        }
    }
}
