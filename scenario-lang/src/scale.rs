//! A plan whose hours run as minutes: the timeline is divided, and what happens on it stays.

use std::fmt;
use std::time::Duration;

use crate::plan::{Check, Fault, History, Load, Plan, Slo};
use crate::quantity::{Value, When, written};
use crate::vocabulary::Phrase;

/// A length of time that would vanish.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleError {
    /// Whose length it is.
    pub what: String,
    /// How long it is as written.
    pub length: Duration,
    /// The factor.
    pub factor: f64,
}

impl fmt::Display for ScaleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, length, factor } = self;
        let length = written(*length);
        write!(f, "{what} takes {length}, of which a time scale of {factor} leaves less than a millisecond")
    }
}

impl std::error::Error for ScaleError {}

/// A length of time divided by `factor`, in whole milliseconds; `None` if nothing is left of it.
fn shortened(length: Duration, factor: f64) -> Option<Duration> {
    let ms = (length.as_secs_f64() * 1000.0 / factor).round() as u64;
    (ms > 0 || length.is_zero()).then(|| Duration::from_millis(ms))
}

impl Plan {
    /// The same plan on a timeline that is `factor` times shorter: run, history, scrape interval, shapes of loads, windows
    /// of faults, periods of objectives, and the parts of the run that expectations speak of. Rates, work, latencies,
    /// limits, counts and pauses of users stay. Lengths are rounded to milliseconds.
    ///
    /// PromQL is not understood here: what expectations ask in it is left as it is.
    ///
    /// # Errors
    /// When nothing is left of some length.
    pub fn scaled(&self, factor: f64) -> Result<Self, ScaleError> {
        let scale = Scale(factor);
        Ok(Self {
            time_scale: self.time_scale * factor,
            duration: scale.length(self.duration, || "the run".to_owned())?,
            history: self.history.map(|history| scale.history(history)).transpose()?,
            scrape_interval: scale
                .length(self.scrape_interval, || "the interval between scrapes".to_owned())?,
            loads: self.loads.iter().map(|load| scale.load(load)).collect::<Result<_, _>>()?,
            faults: self.faults.iter().map(|fault| scale.fault(fault)).collect::<Result<_, _>>()?,
            slos: self.slos.iter().map(|slo| scale.slo(slo)).collect::<Result<_, _>>()?,
            checks: self.checks.iter().map(|check| scale.check(check)).collect::<Result<_, _>>()?,
            ..self.clone()
        })
    }
}

struct Scale(f64);

impl Scale {
    fn length(&self, length: Duration, what: impl FnOnce() -> String) -> Result<Duration, ScaleError> {
        shortened(length, self.0).ok_or_else(|| ScaleError { what: what(), length, factor: self.0 })
    }

    fn history(&self, history: History) -> Result<History, ScaleError> {
        Ok(History { length: self.length(history.length, || "the history".to_owned())?, ..history })
    }

    /// Every duration of a shape is a part of the timeline.
    fn load(&self, load: &Load) -> Result<Load, ScaleError> {
        let shape = |shape: &Phrase| {
            self.phrase(shape, |value| match value {
                Value::Duration(length) => self
                    .length(*length, || format!("`{}` of the load {}", shape.text, load.name))
                    .map(Value::Duration),
                other => Ok(other.clone()),
            })
        };
        Ok(Load { shapes: load.shapes.iter().map(shape).collect::<Result<_, _>>()?, ..load.clone() })
    }

    fn fault(&self, fault: &Fault) -> Result<Fault, ScaleError> {
        let name = || format!("the fault {}", fault.name);
        Ok(Fault {
            from: self.length(fault.from, || format!("the time before {}", name()))?,
            length: self.length(fault.length, name)?,
            ..fault.clone()
        })
    }

    fn slo(&self, slo: &Slo) -> Result<Slo, ScaleError> {
        let period = self.length(slo.period, || format!("the period of the objective {}", slo.name))?;
        Ok(Slo { period, ..slo.clone() })
    }

    /// Of an expectation only the part of the run that it speaks of: a limit of latency is no part of the timeline.
    fn check(&self, check: &Check) -> Result<Check, ScaleError> {
        let length = |length| self.length(length, || format!("a time in `{}`", check.text));
        let phrase = self.phrase(&check.phrase, |value| {
            Ok(match value {
                Value::When(When::Within { limit, of }) => {
                    Value::When(When::Within { limit: length(*limit)?, of: of.clone() })
                }
                Value::When(When::During { fault, after }) => {
                    Value::When(When::During { fault: fault.clone(), after: length(*after)? })
                }
                other => other.clone(),
            })
        });
        Ok(Check { phrase: phrase?, ..check.clone() })
    }

    fn phrase(
        &self,
        phrase: &Phrase,
        value: impl Fn(&Value) -> Result<Value, ScaleError>,
    ) -> Result<Phrase, ScaleError> {
        let values = phrase.values.iter().map(|(slot, written)| Ok((slot.clone(), value(written)?)));
        Ok(Phrase { values: values.collect::<Result<_, _>>()?, ..phrase.clone() })
    }
}
