//! Every format of report, on a journal with one verdict of each outcome.

use scenario_lang::quantity::Value;
use verdict::journal::Journal;
use verdict::reports::{Layout, TABLE};

use crate::fixture::*;

fn journal() -> Journal {
    let mut checks = vec![
        check(
            "alert",
            0,
            &[("alert", name("Burn")), ("when", Value::When(within(6, "bad-deploy", false)))],
            &[0],
        ),
        check(
            "alert",
            0,
            &[("alert", name("Ticket")), ("when", Value::When(within(6, "bad-deploy", false)))],
            &[0],
        ),
        check(
            "page",
            0,
            &[("receiver", name("oncall")), ("when", Value::When(within(7, "bad-deploy", false)))],
            &[0],
        ),
        check("no", 0, &[], &[]),
    ];
    let texts = [
        "alert Burn fires within 6m of bad-deploy",
        "alert Ticket fires within 6m of bad-deploy",
        "page oncall within 7m of bad-deploy",
        "no other alert fires",
    ];
    for (check, text) in checks.iter_mut().zip(texts) {
        check.text = text.to_owned();
    }
    let plan = plan(checks);
    let (flight, twin) = (flight(), twin());
    let verdicts = verdict::judge(&plan, &flight, Some(&twin));
    Journal::new(&plan, "scenarios/burn-rate.scn", &flight, Some(&twin), verdicts)
}

#[test]
fn each_format_is_as_shown() {
    for report in TABLE {
        insta::assert_snapshot!(report.name, (report.render)(&journal(), Layout::default()));
    }
}
