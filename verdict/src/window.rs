//! The part of a run that an expectation speaks of.

use scenario_lang::plan::Plan;
use scenario_lang::quantity::When;

use crate::readable::Clock;

/// A stretch of the run, nanoseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub from_ns: i64,
    /// Its end.
    pub to_ns: i64,
    /// Whether the end itself belongs to it: what happens six minutes later is still `within 6m`, and the last
    /// moment of the run is part of the run.
    pub closed: bool,
}

impl Span {
    /// Whether a moment lies in it.
    pub fn contains(&self, time_ns: i64) -> bool {
        self.from_ns <= time_ns && time_ns < self.until_ns()
    }

    /// The first moment after it.
    pub fn until_ns(&self) -> i64 {
        self.to_ns + i64::from(self.closed)
    }
}

/// One or more stretches, in order of time. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window(Vec<Span>);

impl Window {
    /// What `when` means in a run that begins at `start_ns`; the whole run without it. `None` if that is no time at all.
    pub fn new(plan: &Plan, start_ns: i64, when: Option<&When>) -> Option<Self> {
        let spans = when.map_or_else(|| vec![(Default::default(), plan.duration)], |when| plan.spans(when));
        let within = matches!(when, Some(When::Within { .. }));
        let ns = |offset: std::time::Duration| start_ns + offset.as_nanos() as i64;
        let spans: Vec<Span> = spans
            .into_iter()
            .map(|(from, to)| Span {
                from_ns: ns(from),
                to_ns: ns(to),
                closed: within || to == plan.duration,
            })
            .collect();
        (!spans.is_empty()).then_some(Self(spans))
    }

    /// The stretches.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Whether a moment lies in it.
    pub fn contains(&self, time_ns: i64) -> bool {
        self.0.iter().any(|span| span.contains(time_ns))
    }

    /// Whether something that lasts from one moment to another has a part of it.
    pub fn meets(&self, from_ns: i64, to_ns: i64) -> bool {
        self.0.iter().any(|span| from_ns < span.until_ns() && to_ns > span.from_ns)
    }

    /// Its first moment.
    pub fn from_ns(&self) -> i64 {
        self.0[0].from_ns
    }

    /// Its end.
    pub fn to_ns(&self) -> i64 {
        self.0[self.0.len() - 1].to_ns
    }

    /// The stretches in words.
    pub fn text(&self, clock: Clock) -> String {
        let spans: Vec<String> = self
            .0
            .iter()
            .map(|span| match span.from_ns == span.to_ns {
                true => format!("at {}", clock.at(span.to_ns)),
                false => format!("from {} to {}", clock.at(span.from_ns), clock.at(span.to_ns)),
            })
            .collect();
        spans.join(" and ")
    }
}
