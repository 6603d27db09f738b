//! `limit_connections`: so many connections at once.

use super::action::{Action, Verdict};
use super::kind::{Kind, Parameter, Unit};

pub(super) static KIND: Kind = Kind {
    name: "limit_connections",
    documentation: "Resets a new connection while the proxy has as many as connections. The direction does not matter.",
    parameters: &[Parameter {
        name: "connections",
        unit: Unit::Connections,
        least: 0,
        most: 1_000_000,
        documentation: "How many there may be at once.",
    }],
    action: Action::Open(|meeting, opening| {
        if opening.open > meeting.settings.get("connections") { Verdict::Refuse } else { Verdict::Admit }
    }),
};
