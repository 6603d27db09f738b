//! ``promql `…` always``, `never`, `eventually`.

use scenario_lang::quantity::Value;
use verdict::flight::Observation;
use verdict::verdict::EvidenceKind::{Link, Note, Sample};
use verdict::verdict::Outcome::{self, Held, Inconclusive, Violated};
use verdict::verdict::Verdict;

use crate::fixture::*;

const ALWAYS: usize = 0;
const NEVER: usize = 1;
const EVENTUALLY: usize = 2;

/// One observation a minute, from the start of the fault on: `y` has a result, `n` has none, `0` matched no series
/// and `!` failed.
fn observed(form: usize, observations: &str) -> Verdict {
    let mut flight = flight();
    let observation = |(index, kind): (usize, char)| Observation {
        time_ns: ns(75.0 + index as f64),
        result: match kind {
            'y' => Ok(vec![("{}".to_owned(), 2.5)]),
            '!' => Err("too many samples".to_owned()),
            _ => Ok(vec![]),
        },
        matched: kind != '0',
    };
    flight.observations = vec![(0, observations.chars().enumerate().map(observation).collect())];
    let query = Value::Text("x > 2".to_owned());
    judged(
        check("promql", form, &[("query", query), ("when", Value::When(during("bad-deploy")))], &[0]),
        &flight,
    )
}

#[test]
fn the_truth_table() {
    let table: [(usize, &str, Outcome); 18] = [
        (ALWAYS, "yyyy", Held),
        (ALWAYS, "yyny", Violated),
        (ALWAYS, "yy!n", Violated),
        (ALWAYS, "yy!y", Inconclusive),
        (ALWAYS, "0000", Inconclusive),
        (ALWAYS, "0yyy", Violated),
        (NEVER, "nnnn", Held),
        (NEVER, "0nnn", Held),
        (NEVER, "nynn", Violated),
        (NEVER, "!ynn", Violated),
        (NEVER, "!nnn", Inconclusive),
        (NEVER, "0000", Inconclusive),
        (EVENTUALLY, "nnyn", Held),
        (EVENTUALLY, "!nyn", Held),
        (EVENTUALLY, "nnnn", Violated),
        (EVENTUALLY, "!nnn", Inconclusive),
        (EVENTUALLY, "0000", Inconclusive),
        (EVENTUALLY, "", Inconclusive),
    ];
    for (form, observations, outcome) in table {
        assert_eq!(observed(form, observations).outcome, outcome, "form {form} of `{observations}`");
    }
}

#[test]
fn only_the_window_counts() {
    assert_eq!(observed(ALWAYS, "yyyyyyyyyynnn").outcome, Held, "the eleventh lies at the end of the fault");
    let reason = "the query was not evaluated from +1h15m (10:15:00) to +1h25m (10:25:00)";
    assert_eq!(observed(ALWAYS, "").reason, reason);
}

#[test]
fn shows_when_and_why() {
    let verdict = observed(ALWAYS, "y0nnny");
    assert_eq!(verdict.reason, "a result at 2 of 6 evaluations, expected at every");
    assert_eq!(evidence(&verdict, Link), ["no series matched at +1h16m (10:16:00)"]);
    assert_eq!(evidence(&verdict, Sample).len(), 3);
    assert_eq!(evidence(&verdict, Note), ["and 1 evaluation more"]);
    let verdict = observed(NEVER, "nyn");
    assert_eq!(evidence(&verdict, Sample), ["{} = 2.5 at +1h16m (10:16:00)"]);
}
