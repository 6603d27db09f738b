//! Journals are read as they were written, and what is no journal is told.

use verdict::journal::{Journal, JournalError, read, write};
use verdict::verdict::Outcome;

use crate::fixture::journal;

fn bytes(journal: &Journal) -> String {
    let mut out = Vec::new();
    write(journal, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn error(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn the_format_is_as_shown() {
    let text = bytes(&journal());
    let some = |kind: &str| {
        text.lines()
            .filter(|line| line.starts_with(&format!("{{\"record\":\"{kind}\"")))
            .take(2)
            .collect::<Vec<_>>()
    };
    let kinds = [
        "header",
        "plan",
        "effect",
        "hit",
        "spared",
        "transition",
        "rule",
        "notification",
        "fate",
        "synthetic",
        "traffic",
        "health",
        "twin",
        "verdict",
        "end",
    ];
    let shown: Vec<&str> = kinds.iter().flat_map(|kind| some(kind)).collect();
    insta::assert_snapshot!("journal", shown.join("\n"));
}

#[test]
fn reading_gives_back_what_was_written() {
    let journal = journal();
    let text = bytes(&journal);
    let read = read(&text).unwrap();
    assert_eq!(read, journal);
    assert_eq!(bytes(&read), text);
    assert_eq!(read.outcome(), Outcome::Violated);
}

#[test]
fn numbers_survive_to_the_last_bit() {
    let mut journal = journal();
    let values = [0.1 + 0.2, 1e-320, f64::MAX, 1.0 / 3.0, 5e-324, f64::INFINITY, f64::NEG_INFINITY, -0.0];
    for value in values {
        journal.transitions[0].value = value;
        let read = read(&bytes(&journal)).unwrap();
        assert_eq!(read.transitions[0].value.to_bits(), value.to_bits());
    }
    journal.transitions[0].value = f64::NAN;
    assert!(read(&bytes(&journal)).unwrap().transitions[0].value.is_nan());
}

/// A file that was cut anywhere is never taken for a whole one.
#[test]
fn a_truncated_journal_is_told_from_a_whole_one() {
    let text = bytes(&journal());
    let lines = text.lines().count();
    let middle = text.lines().nth(9).unwrap();
    let in_line_10 = text.find(middle).unwrap() + middle.len() / 2;
    assert!(
        error(&text[..in_line_10]).starts_with("the journal is truncated at line 10:"),
        "{}",
        error(&text[..in_line_10])
    );
    let without_end: String = text.lines().take(lines - 1).map(|line| format!("{line}\n")).collect();
    assert!(error(&without_end).contains(&format!("truncated at line {}", lines - 1)));
    let ends: Vec<usize> =
        (0..text.len() - 1).step_by(97).filter(|end| text.is_char_boundary(*end)).collect();
    assert!(ends.into_iter().all(|end| read(&text[..end]).is_err()));
    assert!(read(text.trim_end()).is_ok(), "only the last line break is missing");
}

#[test]
fn a_missing_or_changed_line_is_noticed() {
    let text = bytes(&journal());
    let without_one: String =
        text.lines().enumerate().filter(|(n, _)| *n != 4).map(|(_, line)| format!("{line}\n")).collect();
    assert!(matches!(read(&without_one), Err(JournalError::Altered)));
    let changed = text.replacen("\"outcome\":\"violated\"", "\"outcome\":\"held\"", 1);
    assert!(matches!(read(&changed), Err(JournalError::Altered)));
}

#[test]
fn what_is_no_journal_is_told() {
    assert!(error("").starts_with("not a journal"));
    assert!(error("{\"a\":1}\n").starts_with("not a journal"));
    let text = bytes(&journal());
    let newer = text.replacen("\"version\":2", "\"version\":7", 1);
    assert!(error(&newer).starts_with("the journal is of version 7 and this tool reads version 2"));
    let header_end = text.find('\n').unwrap() + 1;
    let (header, rest) = text.split_at(header_end);
    let foreign = format!("{header}{{\"record\":\"weather\"}}\n{rest}");
    assert_eq!(error(&foreign), "line 2 of the journal: no record is called `weather`");
    let broken = format!("{header}oops\n{rest}");
    assert!(error(&broken).starts_with("line 2 of the journal: expected value"), "{}", error(&broken));
    let wrong = format!("{header}{{\"record\":\"health\",\"planned\":-1}}\n{rest}");
    assert!(error(&wrong).starts_with("line 2 of the journal: invalid value"), "{}", error(&wrong));
    assert!(
        error(&format!("{text}{{\"record\":\"hit\"}}\n")).contains("a `hit` record after the `end` record")
    );
}
