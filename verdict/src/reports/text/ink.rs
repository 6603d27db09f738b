//! Lines of text, with colour or without, measured in columns of the terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::reports::Layout;

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Magenta,
    Cyan,
}

impl Ink {
    /// The parameter of "select graphic rendition" (ECMA-48).
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Bold => Some("1"),
            Self::Dim => Some("2"),
            Self::Red => Some("31"),
            Self::Green => Some("32"),
            Self::Yellow => Some("33"),
            Self::Magenta => Some("35"),
            Self::Cyan => Some("36"),
        }
    }
}

/// The report as it grows.
pub(super) struct Page {
    layout: Layout,
    text: String,
}

impl Page {
    pub(super) fn new(layout: Layout) -> Self {
        Self { layout, text: String::new() }
    }

    pub(super) fn width(&self) -> usize {
        self.layout.width
    }

    /// One line of several pieces, without blanks at its end.
    pub(super) fn line(&mut self, pieces: &[(&str, Ink)]) {
        let mut pieces: Vec<(&str, Ink)> = pieces.to_vec();
        while let Some(last) = pieces.last_mut() {
            last.0 = last.0.trim_end();
            if !last.0.is_empty() {
                break;
            }
            pieces.pop();
        }
        for (text, ink) in pieces {
            self.piece(text, ink);
        }
        self.text.push('\n');
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A paragraph, broken between words; each line indented.
    pub(super) fn wrapped(&mut self, indent: usize, text: &str, ink: Ink) {
        self.entry(indent, ("", Ink::Plain), 0, (text, ink));
    }

    /// A word in a column of its own and a text beside it, broken between words.
    pub(super) fn entry(&mut self, indent: usize, word: (&str, Ink), column: usize, text: (&str, Ink)) {
        let mut head = pad(word.0, column);
        let room = self.layout.width.saturating_sub(indent + column).max(24);
        for line in text.0.lines().flat_map(|line| wrap(line, room)) {
            self.line(&[(&" ".repeat(indent), Ink::Plain), (&head, word.1), (line, text.1)]);
            head = " ".repeat(column);
        }
    }

    fn piece(&mut self, text: &str, ink: Ink) {
        match ink.code().filter(|_| self.layout.colour) {
            Some(code) => self.text += &format!("\x1b[{code}m{text}\x1b[0m"),
            None => self.text += text,
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// How many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Fills up with blanks to a number of columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Cuts to a number of columns, with `…` where something is missing.
pub(super) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}

/// Breaks between words; a word that is too long stands alone.
fn wrap(text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let (mut from, mut to) = (0, 0);
    let mut at = 0;
    for word in text.split(' ') {
        let end = at + word.len();
        if to > from && columns(&text[from..end]) > width {
            lines.push(&text[from..to]);
            from = at;
        }
        to = end;
        at = end + 1;
    }
    lines.push(&text[from..]);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_measured_in_columns() {
        assert_eq!(cut("支払いサービス", 7), "支払い…");
        assert_eq!(columns(&cut("支払いサービス", 8)), 7);
        assert_eq!(pad("支払", 6), "支払  ");
        assert_eq!(cut("checkout", 8), "checkout");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("incomprehensibilities of two", 6), ["incomprehensibilities", "of two"]);
        assert_eq!(wrap("", 6), [""]);
    }
}
