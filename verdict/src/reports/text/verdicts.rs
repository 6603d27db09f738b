//! The verdicts, and what they come to.

use super::ink::{Ink, Page};
use crate::journal::Journal;
use crate::verdict::Outcome;

/// Every verdict: one line of reason for what held, all the evidence for what did not.
pub(super) fn write(journal: &Journal, page: &mut Page) {
    page.gap();
    for verdict in &journal.verdicts {
        let ink = ink(verdict.outcome);
        page.entry(0, (&verdict.outcome.mark().to_string(), ink), 2, (&verdict.text, Ink::Bold));
        if verdict.outcome == Outcome::Held {
            page.wrapped(2, &verdict.reason, Ink::Dim);
            continue;
        }
        page.wrapped(2, &verdict.reason, ink);
        for evidence in &verdict.evidence {
            page.entry(4, (evidence.kind.word(), Ink::Dim), 10, (&evidence.text, Ink::Plain));
        }
        page.entry(4, ("at", Ink::Dim), 10, (&format!("{}:{}", verdict.file, verdict.line), Ink::Plain));
    }
}

/// `10 held, 0 violated, 0 inconclusive`.
pub(super) fn summary(journal: &Journal, page: &mut Page) {
    let count = |outcome: Outcome| (format!("{} {}", journal.count(outcome), outcome.word()), outcome);
    let all = [count(Outcome::Held), count(Outcome::Violated), count(Outcome::Inconclusive)];
    let mut pieces = Vec::new();
    for (index, (text, outcome)) in all.iter().enumerate() {
        let some = journal.count(*outcome) > 0;
        pieces.push((if index > 0 { ", " } else { "" }, Ink::Plain));
        pieces.push((text.as_str(), if some { ink(*outcome) } else { Ink::Dim }));
    }
    page.gap();
    page.line(&pieces);
}

fn ink(outcome: Outcome) -> Ink {
    match outcome {
        Outcome::Held => Ink::Green,
        Outcome::Violated => Ink::Red,
        Outcome::Inconclusive => Ink::Yellow,
    }
}
