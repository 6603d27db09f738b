//! The loads of a run, and the traffic of the ten minutes before it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use scenario_lang::plan::{self, Arrivals, Plan};
use scenario_lang::quantity::{Value, When};
use scenario_lang::vocabulary::Phrase;
use services::client::LoadClient;
use services::telemetry::tap::Tap;
use sim_core::distribution::Sampler;
use sim_core::generator::{self, Arrival};
use sim_core::load::{Outcomes, Profile, Slices, even, poisson};
use sim_core::random::{Purpose, RequestKey, stream};
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::World;

use super::Times;
use super::progress::Progress;

/// Slices of the timeline.
const SLICES: usize = 240;

/// What the clients have seen so far.
pub(super) struct Traffic {
    seen: Rc<RefCell<Seen>>,
}

struct Seen {
    outcomes: Outcomes,
    slices: Slices,
}
