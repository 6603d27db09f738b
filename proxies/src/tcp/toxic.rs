//! A toxic: a kind with its settings, in one direction of one proxy, and which connections it hits.

use std::sync::Arc;

use metrics::Counter;
use sim_core::random::{Draws, Purpose, RequestKey};
use sim_core::telemetry::{SpanId, TraceId};

use super::direction::Direction;
use super::toxics::action::{Chance, Meeting};
use super::toxics::kind::Kind;
use super::toxics::settings::Settings;

/// A toxic as it is set now; a change makes another one, of the same [`Id`].
pub(crate) struct Toxic {
    /// What it is and stays.
    pub(crate) id: Arc<Id>,
    pub(crate) settings: Settings,
    /// Which share of the connections it hits.
    pub(crate) toxicity: f64,
}

/// What does not change about a toxic.
pub(crate) struct Id {
    pub(crate) name: String,
    pub(crate) kind: &'static Kind,
    pub(crate) direction: Direction,
    /// What the decision is drawn for, and what its other draws are for.
    decision: Purpose,
    draw: Purpose,
    draws: Draws,
    /// Counts the connections that it hits.
    pub(crate) hits: Counter,
}

impl Id {
    /// The toxic of that name of a proxy, in a process of that seed.
    pub(crate) fn new(
        draws: Draws,
        proxy: &str,
        name: String,
        kind: &'static Kind,
        direction: Direction,
        hits: Counter,
    ) -> Self {
        let purpose = format!("toxic/{proxy}/{name}");
        let draw = Purpose::new(&format!("{purpose}/draw"));
        Self { name, kind, direction, decision: Purpose::new(&purpose), draw, draws, hits }
    }
}

impl Toxic {
    /// Whether it hits the connection that came to its proxy as the `ordinal`th. The same in every run with this seed,
    /// whatever else changes; a higher toxicity only adds connections.
    pub(crate) fn hits(&self, ordinal: u64) -> bool {
        let key = RequestKey { trace_id: TraceId(ordinal.into()), span_id: SpanId(0) };
        self.id.draws.decide(key, self.id.decision, self.toxicity)
    }

    pub(crate) fn meeting(&self, ordinal: u64, since_ns: i64, now_ns: i64) -> Meeting<'_> {
        let chance = Chance { draws: self.id.draws, purpose: self.id.draw, ordinal };
        Meeting { settings: &self.settings, now_ns, since_ns, chance }
    }

    /// Whether it is this one, perhaps set otherwise.
    pub(crate) fn is(&self, id: &Arc<Id>) -> bool {
        Arc::ptr_eq(&self.id, id)
    }
}
