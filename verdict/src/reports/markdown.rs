//! Markdown, for pull requests and job summaries.

use super::{Layout, Report};
use crate::journal::Journal;
use crate::readable::{count, date_time, duration_ns, time_scale};
use crate::verdict::{Outcome, Verdict};

pub(super) const REPORT: Report =
    Report { name: "markdown", doc: "for pull requests and job summaries: tables and the evidence", render };

fn render(journal: &Journal, _: Layout) -> String {
    let header = &journal.header;
    let mut text = format!("# {}: {}\n\n", line(&header.scenario), journal.outcome().word());
    if !header.description.is_empty() {
        text += &format!("{}\n\n", line(&header.description));
    }
    text += &format!(
        "{}, seed {}, {} from {} UTC, {}\n\n",
        code(&header.file),
        header.seed,
        duration_ns(header.duration_ns),
        date_time(header.start_unix_ns),
        header.world.word()
    );
    if let Some(scale) = time_scale(header.time_scale) {
        text += &format!("{scale}\n\n");
    }
    text += "| | expectation | why |\n| --- | --- | --- |\n";
    for verdict in &journal.verdicts {
        text += &format!(
            "| {} | {} | {} |\n",
            verdict.outcome.mark(),
            cell(&code(&verdict.text)),
            cell(&line(&verdict.reason))
        );
    }
    for verdict in journal.verdicts.iter().filter(|verdict| verdict.outcome != Outcome::Held) {
        text += &evidence(verdict);
    }
    if !journal.effects.is_empty() {
        text += "\n| fault | seen | matched | hit |\n| --- | ---: | ---: | ---: |\n";
    }
    for effect in &journal.effects {
        let numbers = [effect.seen, effect.matched, effect.hit].map(count).join(" | ");
        text += &format!("| {} | {numbers} |\n", cell(&code(&effect.fault)));
    }
    let health = &journal.health;
    text += &format!(
        "\n{} requests planned, {} sent, {} dropped, {} late, {} answered, {} failed; latency p50 {}, p95 {}, p99 {}\n",
        count(health.planned),
        count(health.sent),
        count(health.dropped),
        count(health.late),
        count(health.answered),
        count(health.errors),
        duration_ns(health.p50_ns),
        duration_ns(health.p95_ns),
        duration_ns(health.p99_ns)
    );
    let [held, violated, inconclusive] =
        [Outcome::Held, Outcome::Violated, Outcome::Inconclusive].map(|outcome| journal.count(outcome));
    text + &format!("\n**{held} held, {violated} violated, {inconclusive} inconclusive**\n")
}

fn evidence(verdict: &Verdict) -> String {
    let mut text = format!("\n## {} {}\n\n", verdict.outcome.word(), code(&verdict.text));
    text += &format!("{}:{}, {}\n", code(&verdict.file), verdict.line, line(&verdict.reason));
    if !verdict.evidence.is_empty() {
        text.push('\n');
    }
    for evidence in &verdict.evidence {
        text += &format!("- {}: {}\n", evidence.kind.word(), line(&evidence.text));
    }
    text
}

/// Text on one line, taken as it is and not as markup.
fn line(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#' => escaped.extend(['\\', character]),
            '\n' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A code span: its fence is one backtick longer than any run of them inside.
fn code(text: &str) -> String {
    let runs = text.split(|character| character != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    let space = if fence.len() > 1 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A table's cell, in which a bar would end it even inside of code.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
