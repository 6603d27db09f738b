//! `--time-scale`: hours run as minutes.

use crate::support::Stack;

#[test]
fn the_shipped_scenario_holds_on_a_shorter_timeline() {
    let stack = Stack::new();
    let said = stack.sim("run scenarios/burn-rate.scn --time-scale 60");
    said.expect(0, &["10 held, 0 violated", "time scale 60: an hour as written took 1m", "+1m20s for 9.5s"]);
    let report = stack.sim("report sim-out/burn-rate.seed-42.scale-60.jsonl --as markdown");
    report.expect(0, &["time scale 60"]);
}

#[test]
fn forecasts_are_made_for_the_shorter_timeline() {
    let stack = Stack::new();
    stack.sim("check scenarios/burn-rate.scn --time-scale 60").expect(0, &["0 errors, 0 warnings"]);
    let late = stack.edit("scenarios/burn-rate.scn", "fires within 6m", "fires within 4m");
    late.sim("check scenarios/burn-rate.scn --time-scale 60")
        .expect(2, &["cannot fire before 4320ms", "60 times shorter"]);
}

#[test]
fn what_cannot_be_scaled_is_told() {
    let stack = Stack::new();
    stack.sim("run scenarios/burn-rate.scn --time-scale 0.5").expect(2, &["a number of at least 1"]);
    let told =
        ["red.yml:4: group \"red\": interval: a time scale of 100000 leaves less than a millisecond of 30s"];
    stack.sim("check scenarios/burn-rate.scn --time-scale 100000").expect(2, &told);
}
