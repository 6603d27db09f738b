//! `sim compare`: two runs side by side.

use crate::support::Stack;

#[test]
fn the_same_run_twice_agrees_and_others_cannot_be_compared() {
    let stack = Stack::new();
    let run =
        |more: &str| stack.sim(&format!("run scenarios/burn-rate.scn --time-scale 60 {more}")).expect(0, &[]);
    run("--journal a.jsonl");
    run("--journal b.jsonl");
    run("--journal seed.jsonl --seed 44");
    stack.sim("run scenarios/burn-rate.scn --time-scale 50 --journal scale.jsonl");
    stack.sim("compare a.jsonl b.jsonl").expect(0, &["all decided alike", "The runs agree."]);
    let json = stack.sim("compare a.jsonl b.jsonl --as json");
    json.expect(0, &[]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!((&json["agree"], &json["decisions"][0]["both"]), (&true.into(), &777.into()));
    stack.sim("compare a.jsonl seed.jsonl").expect(2, &["the seed is 42 of the first and 44 of the second"]);
    stack.sim("compare a.jsonl scale.jsonl").expect(2, &["the time scale is 60 of the first and 50"]);
    stack.sim("compare a.jsonl nowhere.jsonl").expect(2, &["cannot read nowhere.jsonl"]);
    stack.sim("compare a.jsonl compose/alertmanager/alertmanager.yml").expect(2, &["not a journal"]);
}

#[test]
fn another_system_under_the_same_faults_does_not_agree() {
    let stack = Stack::new();
    stack.sim("run scenarios/burn-rate.scn --time-scale 60 --journal a.jsonl").expect(0, &[]);
    let slower = stack.edit("compose/alertmanager/alertmanager.yml", "group_wait: 30s", "group_wait: 5m");
    slower.sim("run scenarios/burn-rate.scn --time-scale 60 --journal b.jsonl");
    slower
        .sim("compare a.jsonl b.jsonl")
        .expect(1, &["sre-oncall was told at +1m20.5s and at +1m25s", "differences"]);
}
