//! The whole product: the shipped scenario with another error ratio, from its text to its journal.

use verdict::journal::{self, Journal};

use super::alerts::ALERTS;
use crate::support::Stack;

const SCENARIO: &str = "scenarios/burn-rate.scn";
const RATE: f64 = 80.0;
const NS_PER_S: f64 = 1e9;

/// The scenario's journal with this share of failing orders, for that many minutes. Its deadlines are out of the way.
fn flown(percent: u32, minutes: u32) -> Journal {
    let stack = Stack::new()
        .edit(SCENARIO, "for 20% of requests", &format!("for {percent}% of requests"))
        .edit(SCENARIO, "from 75m for 10m", &format!("from 75m for {minutes}m"))
        .edit(SCENARIO, "fires within 6m of", "fires within 40m of")
        .edit(SCENARIO, "page sre-oncall within 7m", "page sre-oncall within 40m");
    let said = stack.sim("run scenarios/burn-rate.scn --journal journal.jsonl");
    assert!(stack.path("journal.jsonl").exists(), "{}{}", said.stdout, said.stderr);
    let text = String::from_utf8(stack.read("journal.jsonl")).expect("a journal is text");
    journal::read(&text).expect("the journal is whole")
}

#[test]
fn the_product_keeps_within_the_bound() {
    for (percent, minutes) in [(50, 10), (20, 10), (5, 30)] {
        let share = f64::from(percent) / 100.0;
        let journal = flown(percent, minutes);
        let fault = &journal.plan.faults[0];
        let length_s = (fault.to_ns - fault.from_ns) as f64 / NS_PER_S;
        let since = |moment_ns: i64, at_ns: Option<i64>| Some((at_ns? - moment_ns) as f64 / NS_PER_S);
        for alert in ALERTS {
            let fires = alert.fires(share, RATE);
            let episode = journal.episodes().into_iter().find(|episode| episode.alert == alert.name);
            let context = format!("{} at {percent} %: {episode:?} and not {fires:?}", alert.name);
            let Some(episode) = episode else {
                assert!(fires.time_s > length_s, "{context}");
                continue;
            };
            assert!(fires.holds(since(fault.from_ns, episode.firing_ns)), "{context}");
            let stops = alert.stops(share, RATE);
            let left_s = (journal.header.duration_ns - fault.to_ns) as f64 / NS_PER_S;
            let resolved_s = since(fault.to_ns, episode.to_ns);
            let context = format!("{} at {percent} %: {resolved_s:?} and not {stops:?}", alert.name);
            assert!(
                if left_s < stops.time_s { resolved_s.is_none() } else { stops.holds(resolved_s) },
                "{context}"
            );
        }
    }
}
