//! When the requests of an open load arrive.

use std::borrow::Borrow;
use std::iter::FusedIterator;

use rand::Rng;
use scenario_lang::plan::Arrivals;

use super::Profile;
use crate::distribution::standard_exponential;

/// Arrival times in nanoseconds since the start of the load, ascending, all before the end of the run: a process of
/// one arrival per unit, mapped through the inverse of the profile's cumulative function.
///
/// *Even* arrivals lie at inverse(½), inverse(3/2), inverse(5/2) and so on, so that floor(cumulative(t) + ½) of them
/// have come by any time t: never more than half a request from what is expected, and exactly as many as expected
/// between any two times where that is a whole number. The half keeps them off the round times at which loads, faults
/// and scrapes begin and end, so that none is in doubt between two intervals, and none falls on the end of the run.
///
/// *Poisson* arrivals lie at the inverse of the running sum of exponential gaps of mean 1, one draw each.
#[derive(Debug, Clone)]
pub struct ArrivalTimes<P, R> {
    profile: P,
    process: Arrivals,
    rng: R,
    /// Where the unit process stands.
    reached: f64,
}

impl<P: Borrow<Profile>, R: Rng> ArrivalTimes<P, R> {
    /// The arrivals of a profile; even ones draw nothing.
    pub fn new(profile: P, process: Arrivals, rng: R) -> Self {
        let reached = match process {
            Arrivals::Even => -0.5,
            Arrivals::Poisson => 0.0,
        };
        Self { profile, process, rng, reached }
    }
}

impl<P: Borrow<Profile>, R: Rng> Iterator for ArrivalTimes<P, R> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.reached += match self.process {
            Arrivals::Even => 1.0,
            Arrivals::Poisson => standard_exponential(self.rng.next_u64()),
        };
        self.profile.borrow().inverse(self.reached)
    }
}

impl<P: Borrow<Profile>, R: Rng> FusedIterator for ArrivalTimes<P, R> {}
