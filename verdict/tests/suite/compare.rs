//! Two runs side by side.

use proptest::prelude::*;
use verdict::compare::{Comparison, Tolerances, compare};
use verdict::journal::{Hit, Journal, Spared};

use crate::fixture::{MINUTE_NS, journal};

/// The fixture's journal with six requests in the window of the fault, one of them hit.
fn run() -> Journal {
    let mut run = journal();
    run.hits.truncate(1);
    let keys = (1..=5).map(|id| format!("{id:032x}-{id:016x}")).collect();
    run.spared = vec![Spared { fault: "bad-deploy".to_owned(), keys }];
    run.effects[0].unrecorded = 0;
    run
}

fn compared(a: &Journal, b: &Journal) -> Comparison {
    compare(a, b, &Tolerances::default()).unwrap()
}

fn text(a: &Journal, b: &Journal) -> String {
    compared(a, b).text(["a.jsonl", "b.jsonl"])
}

#[test]
fn a_run_agrees_with_itself() {
    let comparison = compared(&run(), &run());
    assert!(comparison.agree);
    insta::assert_snapshot!("compare_same", comparison.text(["a.jsonl", "b.jsonl"]));
}

#[test]
fn every_difference_is_named() {
    let (a, mut b) = (run(), run());
    b.header.world = verdict::journal::World::Live;
    // Hit here and left alone there; another attempt of a known trace; two that are known here only.
    b.hits.push(Hit { trace: format!("{:032x}", 1), span: format!("{:016x}", 1), ..b.hits[0].clone() });
    b.spared[0].keys.remove(0);
    b.spared[0].keys.truncate(2);
    b.spared[0].keys.push(format!("{:032x}-{:016x}", 2, 99));
    b.effects[0].unrecorded = 3;
    b.health.errors += 100;
    b.health.p99_ns *= 2;
    for change in b.transitions.iter_mut().filter(|change| change.at_ns > 85 * MINUTE_NS) {
        change.at_ns += MINUTE_NS;
    }
    b.notifications.pop();
    b.verdicts[0].outcome = verdict::verdict::Outcome::Inconclusive;
    assert!(!compared(&a, &b).agree);
    insta::assert_snapshot!("compare_different", text(&a, &b));
    insta::assert_snapshot!("compare_json", compared(&a, &b).json());
}

#[test]
fn what_is_near_enough_agrees() {
    let (a, mut b) = (run(), run());
    // Two evaluations of 15 seconds and one scrape of 15.
    for change in &mut b.transitions {
        change.at_ns += 45_000_000_000;
    }
    b.health.errors += 2;
    b.health.p50_ns *= 2;
    assert_eq!(compared(&a, &b).differences, Vec::<String>::new());
    b.transitions[1].at_ns += 1;
    b.health.errors += 1;
    let strict = Tolerances { latency: Some(0.1), ..Tolerances::default() };
    assert_eq!(compare(&a, &b, &strict).unwrap().differences.len(), 3);
}

#[test]
fn runs_without_a_common_request_do_not_agree() {
    let (a, mut b) = (run(), run());
    b.hits.clear();
    b.spared[0].keys = vec![format!("{:032x}-{:016x}", 77, 77)];
    let differences = compared(&a, &b).differences;
    assert_eq!(differences, ["`bad-deploy` met no request in both runs: 6 in the first and 1 in the second"]);
}

#[test]
fn runs_of_other_plans_are_not_compared() {
    let told = |change: fn(&mut Journal)| {
        let mut other = run();
        change(&mut other);
        compare(&run(), &other, &Tolerances::default()).unwrap_err().to_string()
    };
    assert!(told(|run| run.header.seed = 43).ends_with("the seed is 42 of the first and 43 of the second"));
    assert!(told(|run| run.header.time_scale = 60.0).contains("the time scale is 1 of the first and 60"));
    assert!(told(|run| run.header.scenario = "x".to_owned()).contains("the scenario is burn-rate"));
    assert!(told(|run| run.plan.faults[0].to_ns += 1).contains("the list of faults"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However the records are bent, a run agrees with itself, and the order of the two does not decide.
    #[test]
    fn agreement_is_reflexive_and_symmetric(
        shift_ns in 0_i64..60_000_000_000,
        errors in 0_u64..5,
        kept in 0_usize..5,
        hit in any::<bool>(),
    ) {
        let (a, mut b) = (run(), run());
        b.transitions.iter_mut().for_each(|change| change.at_ns += shift_ns);
        b.health.errors += errors;
        b.spared[0].keys.truncate(kept);
        if !hit {
            b.hits.clear();
        }
        prop_assert!(compared(&b, &b).agree);
        let there = compared(&a, &b);
        prop_assert_eq!(there.agree, compared(&b, &a).agree);
        prop_assert_eq!(there.differences.len(), compared(&b, &a).differences.len());
    }
}
