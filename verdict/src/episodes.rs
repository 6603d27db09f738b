//! The states of alerts over time, as stretches from the first sign to the resolution.

use observatory::rules::AlertState;
use serde::{Deserialize, Serialize};

use crate::window::Window;

/// A change of one alert, from whatever record of it there is.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// When, in nanoseconds from any fixed moment.
    pub at_ns: i64,
    /// The alert's name.
    pub alert: &'a str,
    /// What tells its instances apart.
    pub labels: &'a str,
    /// Where it stands from now on.
    pub to: State,
    /// The value of the expression.
    pub value: f64,
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// No result.
    #[default]
    Inactive,
    /// A result, but not yet for as long as `for` asks.
    Pending,
    /// It fires.
    Firing,
}

impl From<AlertState> for State {
    fn from(state: AlertState) -> Self {
        match state {
            AlertState::Inactive => Self::Inactive,
            AlertState::Pending => Self::Pending,
            AlertState::Firing => Self::Firing,
        }
    }
}

/// One alert instance from leaving inactive to being inactive again.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// The alert's name.
    pub alert: String,
    /// What tells its instances apart.
    pub labels: String,
    /// When it left inactive.
    pub from_ns: i64,
    /// When it began to fire, if it did.
    pub firing_ns: Option<i64>,
    /// When it was inactive again; `None` if the run ended before.
    pub to_ns: Option<i64>,
    /// The value of the expression when it began to fire, or when it became pending.
    pub value: f64,
}

impl Episode {
    /// Whether it fires at that moment.
    pub fn fires_at(&self, time_ns: i64) -> bool {
        self.firing_ns.is_some_and(|from| from <= time_ns) && self.to_ns.is_none_or(|to| time_ns < to)
    }

    /// Whether it fires at any moment of the window.
    pub fn fires_in(&self, window: &Window) -> bool {
        self.firing_ns.is_some_and(|from| window.meets(from, self.to_ns.unwrap_or(i64::MAX)))
    }
}

/// All episodes, in the order in which they began. Changes come in order of time.
pub fn episodes<'a>(changes: impl IntoIterator<Item = Change<'a>>) -> Vec<Episode> {
    let mut all: Vec<Episode> = Vec::new();
    for change in changes {
        let open = all.iter_mut().rev().find(|episode| {
            episode.to_ns.is_none() && episode.alert == change.alert && episode.labels == change.labels
        });
        match (open, change.to) {
            (Some(open), State::Inactive) => open.to_ns = Some(change.at_ns),
            (Some(open), State::Firing) if open.firing_ns.is_none() => {
                open.firing_ns = Some(change.at_ns);
                open.value = change.value;
            }
            (Some(_), _) | (None, State::Inactive) => {}
            (None, state) => all.push(Episode {
                alert: change.alert.to_owned(),
                labels: change.labels.to_owned(),
                from_ns: change.at_ns,
                firing_ns: (state == State::Firing).then_some(change.at_ns),
                to_ns: None,
                value: change.value,
            }),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::State::{Firing, Inactive, Pending};
    use super::*;

    fn told(changes: &[(i64, &str, State)]) -> Vec<(String, i64, Option<i64>, Option<i64>)> {
        let changes =
            changes.iter().map(|&(at_ns, labels, to)| Change { at_ns, alert: "A", labels, to, value: 1.0 });
        let all = episodes(changes).into_iter();
        all.map(|episode| (episode.labels, episode.from_ns, episode.firing_ns, episode.to_ns)).collect()
    }

    #[test]
    fn instances_are_kept_apart() {
        let changes =
            [(1, "x", Pending), (2, "y", Firing), (3, "x", Firing), (4, "y", Inactive), (5, "x", Inactive)];
        let expected = [("x".to_owned(), 1, Some(3), Some(5)), ("y".to_owned(), 2, Some(2), Some(4))];
        assert_eq!(told(&changes), expected);
    }

    #[test]
    fn one_instance_may_have_several_episodes() {
        let changes = [(1, "x", Pending), (2, "x", Inactive), (3, "x", Pending), (4, "x", Firing)];
        let expected = [("x".to_owned(), 1, None, Some(2)), ("x".to_owned(), 3, Some(4), None)];
        assert_eq!(told(&changes), expected);
    }

    #[test]
    fn an_alert_fires_until_the_moment_of_its_end() {
        let mut episode = Episode {
            alert: "A".to_owned(),
            labels: String::new(),
            from_ns: 1,
            firing_ns: Some(3),
            to_ns: Some(5),
            value: 1.0,
        };
        assert_eq!([2, 3, 4, 5].map(|time| episode.fires_at(time)), [false, true, true, false]);
        episode.to_ns = None;
        assert!(episode.fires_at(i64::MAX));
    }
}
