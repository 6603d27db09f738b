//! Diagnostics for people: the source line, carets under the place, and advice.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::{Diagnostic, Label, Severity};
use crate::span::{Source, Sources, Span};

/// How many columns a tab is shown as.
const TAB: usize = 4;

/// Renders a diagnostic, over several lines and with a line end; `colour` adds ANSI colours.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let paint = Paint { colour };
    let severity = match diagnostic.severity() {
        Severity::Error => paint.with(RED, "error"),
        Severity::Warning => paint.with(YELLOW, "warning"),
    };
    let mut out =
        format!("{severity}[{}]: {}\n", diagnostic.code.id(), paint.with(BOLD, &diagnostic.message));
    let labels: Vec<(&Label, bool)> = [(&diagnostic.primary, true)]
        .into_iter()
        .chain(diagnostic.secondary.iter().map(|label| (label, false)))
        .collect();
    let last_line = labels.iter().map(|(label, _)| sources.line(label.span)).max().unwrap_or(1);
    let margin = last_line.to_string().len();
    let mut files: Vec<_> = labels.iter().map(|(label, _)| label.span.file).collect();
    files.dedup();
    let mut shown = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        let Some(source) = sources.get(file).filter(|_| !shown.contains(&file)) else { continue };
        shown.push(file);
        let here: Vec<(&Label, bool)> =
            labels.iter().filter(|(label, _)| label.span.file == file).copied().collect();
        let arrow = if index == 0 { "-->" } else { ":::" };
        excerpt(&mut out, source, &here, margin, arrow, paint);
    }
    for help in &diagnostic.help {
        push(&mut out, format_args!("{:margin$} = {}: {help}", "", paint.with(BOLD, "help")));
    }
    out
}

/// The lines of one file that labels point at, with the labels under them.
fn excerpt(
    out: &mut String,
    source: &Source,
    labels: &[(&Label, bool)],
    margin: usize,
    arrow: &str,
    paint: Paint,
) {
    let (line, column, _) = place(source, labels[0].0.span);
    push(out, format_args!("{:margin$}{} {}:{line}:{column}", "", paint.with(BLUE, arrow), source.name));
    let bar = paint.with(BLUE, "|");
    push(out, format_args!("{:margin$} {bar}", ""));
    let mut by_line: Vec<(usize, &(&Label, bool))> =
        labels.iter().map(|label| (place(source, label.0.span).0, label)).collect();
    by_line.sort_by_key(|(line, (label, primary))| (*line, !primary, label.span.start));
    let mut last = None;
    for (line, (label, primary)) in by_line {
        let (_, _, range) = place(source, label.span);
        let text = &source.text[range.0..range.1];
        if last != Some(line) {
            if last.is_some_and(|last| line > last + 1) {
                push(out, format_args!("{}", paint.with(BLUE, "...")));
            }
            let number = paint.with(BLUE, &format!("{line:>margin$}"));
            push(out, format_args!("{number} {bar} {}", expanded(text)));
            last = Some(line);
        }
        let start = label.span.start - range.0;
        let end = label.span.end.clamp(label.span.start, range.1.max(label.span.start)) - range.0;
        let before = expanded(&text[..start]).width();
        let width = expanded(&text[..end]).width().saturating_sub(before).max(1);
        let (mark, hue) = if *primary { ("^", RED) } else { ("-", BLUE) };
        let marks = format!("{} {}", mark.repeat(width), label.text);
        push(out, format_args!("{:margin$} {bar} {:before$}{}", "", "", paint.with(hue, marks.trim_end())));
    }
}

/// The line and the column of a span's first byte, both from 1, and where the line begins and ends.
pub(super) fn place(source: &Source, span: Span) -> (usize, usize, (usize, usize)) {
    let before = &source.text[..span.start];
    let from = before.rfind('\n').map_or(0, |newline| newline + 1);
    let to = source.text[span.start..].find('\n').map_or(source.text.len(), |newline| span.start + newline);
    let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
    (line, 1 + before[from..].chars().count(), (from, to))
}

/// As a terminal shows it: tabs to the next stop, and nothing that would move the cursor.
fn expanded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\t' => out.push_str(&" ".repeat(TAB - out.width() % TAB)),
            '\r' => {}
            char if char.is_control() => out.push('\u{fffd}'),
            char => out.push(char),
        }
    }
    out
}

/// Adds a line without blanks at its end.
fn push(out: &mut String, line: std::fmt::Arguments<'_>) {
    let start = out.len();
    // Writing to a string cannot fail.
    let _ = out.write_fmt(line);
    out.truncate(start + out[start..].trim_end().len());
    out.push('\n');
}

const BOLD: &str = "1";
const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const BLUE: &str = "1;34";

#[derive(Clone, Copy)]
struct Paint {
    colour: bool,
}

impl Paint {
    fn with(self, hue: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{hue}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    fn rendered(text: &str, at: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("a.scn", text);
        let start = text.find(at).unwrap();
        let span = Span { file, start, end: start + at.len() };
        render(&Diagnostic::new(Code::Unexpected, span, "wrong").label("here"), &sources, false)
    }

    #[test]
    fn carets_stand_under_wide_characters_and_tabs() {
        let lines = |text: &str| text.lines().skip(3).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&rendered("\tab", "ab")), ["1 |     ab", "  |     ^^ here"]);
        assert_eq!(lines(&rendered("日本 x", "x")), ["1 | 日本 x", "  |      ^ here"]);
        assert_eq!(lines(&rendered("日本 x", "本")), ["1 | 日本 x", "  |   ^^ here"]);
        assert_eq!(lines(&rendered("a\r\nb\r\n", "b")), ["2 | b", "  | ^ here"]);
    }

    #[test]
    fn a_place_over_several_lines_is_marked_on_the_first() {
        assert!(rendered("ab\ncd", "b\ncd").contains("1 | ab\n  |  ^ here\n"));
    }
}
