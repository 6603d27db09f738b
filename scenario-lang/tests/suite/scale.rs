//! A plan on a shorter timeline.

use std::time::Duration;

use crate::common::{Files, vocabulary};
use scenario_lang::plan::Plan;
use scenario_lang::quantity::When;
use scenario_lang::{load, lower};

fn shipped() -> Plan {
    let (loaded, _) = load("scenarios/burn-rate.scn", &Files::shipped(), &vocabulary());
    lower(&loaded).0.expect("the shipped scenario is sound")
}

#[test]
fn the_timeline_is_divided_and_nothing_else() {
    let (plan, scaled) = (shipped(), shipped().scaled(60.0).unwrap());
    let seconds = Duration::from_secs;
    assert_eq!(scaled.time_scale, 60.0);
    assert_eq!((scaled.duration, scaled.scrape_interval), (seconds(120), Duration::from_millis(250)));
    let history = scaled.history.unwrap();
    assert_eq!((history.length, history.rate), (seconds(72 * 60), 80.0));
    assert_eq!((scaled.faults[0].from, scaled.faults[0].length), (seconds(75), seconds(10)));
    assert_eq!(scaled.slos[0].period, seconds(12 * 3600));
    let ramp = &scaled.loads[0].shapes[0];
    assert_eq!((ramp.duration("over"), ramp.rate("to")), (Some(seconds(10)), Some(80.0)));
    let [first, .., client] = &scaled.checks[..] else { panic!("{:?}", scaled.checks) };
    let Some(When::Within { limit, .. }) = first.phrase.when("when") else { panic!("{first:?}") };
    assert_eq!((limit, first.text.as_str()), (seconds(6), plan.checks[0].text.as_str()));
    assert_eq!(client.phrase.duration("limit"), Some(Duration::from_millis(40)));
    // What happens on the timeline stays as it is.
    assert_eq!((&scaled.services, &scaled.databases), (&plan.services, &plan.databases));
    assert_eq!(
        (&scaled.faults[0].actions, &scaled.loads[0].think),
        (&plan.faults[0].actions, &plan.loads[0].think)
    );
}

#[test]
fn a_factor_of_one_changes_nothing() {
    assert_eq!(shipped().scaled(1.0).unwrap(), shipped());
}

#[test]
fn what_vanishes_is_refused() {
    let error = shipped().scaled(100_000.0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the interval between scrapes takes 15s, of which a time scale of 100000 leaves less than a millisecond"
    );
}
