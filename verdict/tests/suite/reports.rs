//! Every format of report, as it looks.

use verdict::journal::{Fate, Journal, Twin};
use verdict::reports::{Layout, TABLE, report};

use crate::fixture::*;

#[test]
fn each_format_is_as_shown() {
    for report in TABLE {
        insta::assert_snapshot!(report.name, (report.render)(&journal(), Layout::default()));
    }
}

fn text(journal: &Journal, layout: Layout) -> String {
    (report("text").unwrap().render)(journal, layout)
}

#[test]
fn the_terminal_is_filled_and_not_exceeded() {
    let narrow = Layout { width: 64, colour: false };
    insta::assert_snapshot!("narrow", text(&journal(), narrow));
    insta::assert_snapshot!("wide", text(&journal(), Layout { width: 160, colour: false }));
    for width in [60, 80, 100, 132] {
        let page = text(&journal(), Layout { width, colour: false });
        // Tables and single long words keep their width; the timeline and all sentences keep the terminal's.
        let timeline = page.lines().take_while(|line| !line.starts_with("fault "));
        assert!(timeline.clone().count() > 8);
        assert!(timeline.into_iter().all(|line| line.chars().count() <= width), "{page}");
    }
}

#[test]
fn colour_changes_nothing_else() {
    let coloured = text(&journal(), Layout { colour: true, ..Layout::default() });
    assert!(coloured.contains("\u{1b}[31m✗"), "what is violated is red");
    let plain: String = coloured
        .split("\u{1b}[")
        .enumerate()
        .map(|(index, part)| match index {
            0 => part,
            _ => part.split_once('m').unwrap().1,
        })
        .collect();
    assert_eq!(plain, text(&journal(), Layout::default()));
}

#[test]
fn wide_names_keep_the_columns_in_line() {
    let mut journal = journal();
    for change in &mut journal.transitions {
        if change.alert == "Burn" {
            change.alert = "注文エラー率が高い".to_owned();
        }
    }
    journal.notifications.iter_mut().for_each(|sent| sent.receiver = "当番".to_owned());
    insta::assert_snapshot!("wide_characters", text(&journal, Layout { width: 80, colour: false }));
}

/// A journal of a run that ended at once, as far as it can be empty.
#[test]
fn an_empty_run_is_reported_as_well() {
    for report in TABLE {
        let page = (report.render)(&Journal::default(), Layout { width: 0, colour: true });
        assert!(page.ends_with('\n'), "{}", report.name);
    }
    let journal = Journal { fates: vec![Fate::default()], twin: Some(Twin::default()), ..Journal::default() };
    assert!(text(&journal, Layout::default()).contains("0 held, 0 violated, 0 inconclusive"));
}
