//! A comparison for the terminal.

use super::{Both, Comparison, Decisions, Moment, Only};
use crate::readable::{count, counted, duration_ns, number, percent, time_scale};
use crate::verdict::Outcome;

/// How many requests of a list are shown.
const SHOWN: usize = 5;

pub(super) fn write(comparison: &Comparison, names: Both<&str>) -> String {
    let Comparison { scenario, seed, worlds, errors, latency, alerts, pages, verdicts, .. } = comparison;
    let mut text = format!("{scenario} · seed {seed}\n");
    for ((name, world), which) in names.iter().zip(worlds).zip(["first ", "second"]) {
        text += &format!("{which}  {name} ({})\n", world.word());
    }
    text.extend(time_scale(comparison.time_scale).map(|scale| scale + "\n"));
    text += "\ndecisions\n";
    for decisions in &comparison.decisions {
        text += &self::decisions(decisions);
    }
    let [a, b] = errors.ratios;
    let (apart, most) = (number((b - a).abs() * 100.0), number(errors.tolerance * 100.0));
    let (a, b) = (percent(a), percent(b));
    text += &format!(
        "\nerrors\n{} {a} and {b} of requests: {apart} points apart, at most {most}\n",
        mark(errors.agree())
    );
    text += "\nlatency\n";
    for quantile in latency {
        let [a, b] = quantile.values_ns.map(duration_ns);
        let ratio = quantile.ratio.map_or(String::new(), |ratio| format!(", {} times", number(ratio)));
        let mark = if quantile.tolerance.is_none() { ' ' } else { mark(quantile.agree()) };
        text += &format!("{mark} {} {a} and {b}: {}{ratio}\n", quantile.name, signed(quantile.difference_ns));
    }
    for (head, moments) in [("alerts", alerts), ("pages", pages)] {
        text += &format!("\n{head}\n");
        text.extend(moments.iter().map(moment));
    }
    text += "\nverdicts\n";
    for pair in verdicts {
        let [a, b] = pair.outcomes.map(|outcome| outcome.map_or("not judged", Outcome::word));
        text += &format!("{} {a} and {b}: {}\n", mark(pair.outcomes[0] == pair.outcomes[1]), pair.text);
    }
    match comparison.differences.len() {
        0 => text += "\nThe runs agree.\n",
        some => text += &format!("\n{}:\n", counted(some as u64, "difference")),
    }
    text.extend(comparison.differences.iter().map(|difference| format!("✗ {difference}\n")));
    text
}

fn mark(agree: bool) -> char {
    if agree { '✓' } else { '✗' }
}

fn signed(ns: i64) -> String {
    let sign = if ns < 0 { '-' } else { '+' };
    format!("{sign}{}", duration_ns(ns.abs()))
}

fn decisions(decisions: &Decisions) -> String {
    let Decisions { fault, both, differing, only, unrecorded } = decisions;
    let alike = match differing.len() {
        0 => "all decided alike".to_owned(),
        some => format!("{} decided otherwise", count(some as u64)),
    };
    let agree = decisions.difference().is_none();
    let mut text = format!("{} {fault}: {} in both, {alike}\n", mark(agree), counted(*both, "request"));
    let told = |actions: &[u8]| match actions {
        [] => "left alone".to_owned(),
        some => format!("hit by action {}", some.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")),
    };
    for request in differing.iter().take(SHOWN) {
        let [a, b] = request.actions.each_ref().map(|actions| told(actions));
        text += &format!("    {}: {a}, and {b}\n", request.key);
    }
    for ((alone, which), unrecorded) in only.iter().zip(["first", "second"]).zip(unrecorded) {
        text += &self::only(alone, which);
        if *unrecorded > 0 {
            text += &format!(
                "    {} more were left alone in the {which} run, without a record\n",
                count(*unrecorded)
            );
        }
    }
    text
}

fn only(alone: &Only, which: &str) -> String {
    let reasons = [
        (
            &alone.other_attempt,
            "the other met other requests of their traces: retries or calls that one run alone made",
        ),
        (
            &alone.unseen,
            "the other met nothing of their traces there: they never arrived, or outside of the window",
        ),
    ];
    let mut text = String::new();
    for (keys, reason) in reasons.into_iter().filter(|(keys, _)| !keys.is_empty()) {
        text += &format!("    {} in the {which} run only; {reason}\n", counted(keys.len() as u64, "request"));
        text.extend(keys.iter().take(SHOWN).map(|key| format!("      {key}\n")));
    }
    text
}

fn moment(moment: &Moment) -> String {
    let [a, b] =
        moment.at_ns.map(|at| at.map_or("never".to_owned(), |at_ns| format!("+{}", duration_ns(at_ns))));
    let apart = moment.apart_ns().map_or(String::new(), |apart| format!(": {}", signed(apart)));
    let most = duration_ns(moment.tolerance_ns);
    format!("{} {} at {a} and {b}{apart}, at most {most}\n", mark(moment.agree()), moment.what)
}
