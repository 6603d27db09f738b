//! The users of a closed load over time.

use std::time::Duration;

use scenario_lang::vocabulary::Phrase;

use super::shapes::{self, ShapeError};

/// A number of users for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// How many.
    pub users: u64,
    /// How long; none goes on to the end of the load.
    pub length: Option<Duration>,
}

/// Levels one after the other, over the half-open time [0, run). After the last level there are no users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// Beginning, end and number of users.
    levels: Vec<(Duration, Duration, u64)>,
}

impl Population {
    /// The population of a load's statements, cut off at the end of the run.
    ///
    /// # Errors
    /// When a statement is of no shape of the closed model, lacks a value, takes no time, or can never begin.
    pub fn new(phrases: &[Phrase], run: Duration) -> Result<Self, ShapeError> {
        let mut from = Duration::ZERO;
        let mut levels = Vec::new();
        for level in shapes::closed(phrases)? {
            let to = level.length.map_or(run, |length| from.saturating_add(length).min(run));
            levels.push((from, to, level.users));
            from = to;
        }
        Ok(Self { levels })
    }

    /// How many users there are at `t`.
    pub fn users(&self, t: Duration) -> u64 {
        self.levels.iter().find(|(from, to, _)| (*from..*to).contains(&t)).map_or(0, |level| level.2)
    }

    /// The most users there are at any time.
    pub fn peak(&self) -> u64 {
        self.levels.iter().map(|level| level.2).max().unwrap_or(0)
    }

    /// When user number `user` (from 0) is there, as half-open spans in order. The last to come are the first to go.
    pub fn presence(&self, user: u64) -> Vec<(Duration, Duration)> {
        let mut spans: Vec<(Duration, Duration)> = Vec::new();
        for &(from, to, users) in &self.levels {
            match spans.last_mut() {
                _ if users <= user || from == to => {}
                Some(last) if last.1 == from => last.1 = to,
                _ => spans.push((from, to)),
            }
        }
        spans
    }
}
