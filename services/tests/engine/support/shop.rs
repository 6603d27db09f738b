//! The shop that the project ships, on a bad day.

use std::rc::Rc;

use scenario_lang::plan::{Plan, Telemetry};
use sim_core::random::{Draws, Purpose};
use sim_core::telemetry::TraceContext;

use super::{Act, System, acting, describe};

/// The shop.
pub(crate) fn shop() -> Plan {
    describe("import \"lib/shop.scn\"")
}

/// What happens to a call of the gateway on a bad day.
pub(crate) fn fate(call: TraceContext) -> Act {
    match Draws::new(7).draw(call.into(), Purpose::new("fate")) % 20 {
        0 => Act::Answer(502),
        1 => Act::Answer(503),
        2 => Act::Refuse,
        3 => Act::Silence,
        4 => Act::Answer(404),
        _ => Act::Pass,
    }
}

/// The shop with every endpoint of its gateway asked, while a quarter of its calls fail and connections to its database
/// are few.
pub(crate) fn bad_day(preset: Telemetry) -> System {
    let mut plan = shop();
    plan.services.iter_mut().for_each(|service| service.telemetry = preset);
    plan.databases[0].pool_size = 1;
    plan.databases[0].pool_wait = std::time::Duration::from_millis(2);
    let system = System::with(plan, |edge, way| match edge.from {
        0 => acting(way, Rc::new(fate)),
        _ => way,
    });
    let gateway = &system.plan.services[0];
    let all: Vec<String> =
        gateway.endpoints.iter().map(|it| format!("{}.{}", gateway.name, it.name)).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    system.open("shoppers", &all, 500, 4);
    (0..25).for_each(|nth| system.look(100 * nth));
    system
}
