//! What the clients of a load saw, kept in segments of the run so that memory does not grow with its length.

use hdrhistogram::Histogram;

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

/// The outcomes of the requests intended in one segment of the run.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Start, nanoseconds since the Unix epoch; included.
    pub from_ns: i64,
    /// End; not included.
    pub to_ns: i64,
    /// Latencies in microseconds, three significant digits.
    pub latency_us: Histogram<u64>,
    /// Requests answered.
    pub answered: u64,
    /// Of these, the ones answered with a status of 500 or more, or not at all.
    pub errors: u64,
}

/// All outcomes of one run.
#[derive(Debug, Clone)]
pub struct Outcomes {
    segments: Vec<Segment>,
    /// Requests that the load planned.
    pub planned: u64,
    /// Requests sent.
    pub sent: u64,
}

impl Outcomes {
    /// Segments between these moments (sorted, at least two).
    pub fn new(cuts: &[i64]) -> Self {
        let segments = cuts.windows(2).map(|cut| Segment {
            from_ns: cut[0],
            to_ns: cut[1],
            latency_us: Histogram::new(3).expect("three significant digits are allowed"),
            answered: 0,
            errors: 0,
        });
        Self { segments: segments.collect(), planned: 0, sent: 0 }
    }

    /// Takes one in. One intended outside of all segments is left out.
    pub fn record(&mut self, outcome: Outcome) {
        let index = self.segments.partition_point(|segment| segment.to_ns <= outcome.intended_ns);
        let Some(segment) = self.segments.get_mut(index) else { return };
        if outcome.intended_ns < segment.from_ns {
            return;
        }
        segment.answered += 1;
        segment.errors += u64::from(outcome.status == 0 || outcome.status >= 500);
        let micros = (outcome.end_ns - outcome.intended_ns).max(0) as u64 / 1_000;
        segment.latency_us.saturating_record(micros);
    }

    /// The segments, in order of time.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }
}
