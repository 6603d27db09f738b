//! Statements, one a line, with their comments; whatever happens in one, the next is read.

use super::cursor::{Cursor, Parsed, Reading, is_blank};
use super::failure::Failure;
use super::file;
use super::token::{line_length, quoted_length, sign, word_length};
use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{Body, Comment, Node, Statement};

/// `{ … }`.
pub(super) fn block<'a, S>(
    read: impl Fn(Cursor<'a>) -> Parsed<'a, S>,
) -> impl Fn(Cursor<'a>) -> Parsed<'a, Body<S>> {
    move |input| {
        let start = input.blanks();
        let (inside, ()) = sign("{")(start)?;
        let (rest, body) = statements(inside.within(Some(start.span_to(inside))), &read);
        Ok((rest.within(start.open), body))
    }
}

/// Statements to the closing brace, or to the end of the file where no brace was opened.
pub(super) fn statements<'a, S>(
    mut input: Cursor<'a>,
    read: &impl Fn(Cursor<'a>) -> Parsed<'a, S>,
) -> (Cursor<'a>, Body<S>) {
    let mut body = Body { statements: Vec::new(), tail: Vec::new() };
    loop {
        let (start, leading, blank_before) = trivia(input);
        let end = match start.peek() {
            Some('}') if start.open.is_some() => Some(start.skip(1)),
            None => Some(start),
            Some(_) => None,
        };
        if unclosed(start) || end.is_some() {
            body.tail = leading;
            return (end.unwrap_or(start), body);
        }
        let (rest, node) = node(start, read);
        let span = start.span_to(rest);
        let (rest, trailing) = comment(rest.blanks());
        body.statements.push(Statement { leading, blank_before, node, span, trailing });
        input = rest;
    }
}

/// One statement, read or skipped; never stands still.
fn node<'a, S>(start: Cursor<'a>, read: impl Fn(Cursor<'a>) -> Parsed<'a, S>) -> (Cursor<'a>, Node<S>) {
    if start.rest().starts_with("/-") {
        return (skip(start), Node::Disabled);
    }
    if start.peek() == Some('}') {
        let rest = start.skip(1);
        let problem = Diagnostic::new(Code::StrayBrace, start.span_to(rest), "this `}` closes nothing")
            .label("no `{` is open here");
        start.report(problem);
        return (rest, Node::Error);
    }
    let reading: &Reading<'a> = start.reading;
    reading.furthest.replace(Failure::default());
    match read(start).and_then(|(rest, node)| Ok((end_of_statement(rest)?.0, node))) {
        Ok((rest, node)) => (rest, Node::Read(node)),
        Err(_) => {
            let diagnostic = reading.furthest.take().diagnostic(reading);
            start.report(diagnostic);
            (skip(start), Node::Error)
        }
    }
}

/// A statement ends at the end of the line, before `}` or a comment, and between braces on one line also before two
/// blanks. Nothing is taken. At the margin stands what an unclosed block has left.
pub(super) fn end_of_statement(input: Cursor<'_>) -> Parsed<'_, ()> {
    let after = input.blanks();
    if input.at_margin() {
        return Ok((input, ()));
    }
    match after.peek() {
        None | Some('\n' | '}' | '#') => Ok((input, ())),
        Some(_) if after.at - input.at >= 2 && after.one_line() => Ok((input, ())),
        Some(_) => after.expected("the end of the statement"),
    }
}

/// Past a statement that cannot be read: to the next end of a statement at the same depth of braces.
fn skip(start: Cursor<'_>) -> Cursor<'_> {
    let text = start.rest();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(char) = text[at..].chars().next() {
        match char {
            '\n' | '}' if depth == 0 => break,
            '}' => depth -= 1,
            '{' => depth += 1,
            ' ' if depth == 0 && text[at..].starts_with("  ") => {
                let next = start.skip(at).blanks();
                if next.one_line() && next.peek().is_some_and(|char| char != '{') {
                    break;
                }
            }
            '#' if depth == 0 => break,
            '#' => at += line_length(&text[at..]) - 1,
            '"' | '`' => at += quoted_length(&text[at..]).unwrap_or_else(|| line_length(&text[at..])) - 1,
            _ => {}
        }
        at += char.len_utf8();
    }
    start.skip(text[..at].trim_end_matches(is_blank).len())
}

/// Blank lines and comments: the place after them, the comments, and whether a blank line came last.
fn trivia(mut input: Cursor<'_>) -> (Cursor<'_>, Vec<Comment>, bool) {
    let mut comments = Vec::new();
    let mut newlines = 0;
    loop {
        input = input.blanks();
        match input.peek() {
            Some('\n') => {
                newlines += 1;
                input = input.skip(1);
            }
            Some('#') => {
                let (rest, found) = comment(input);
                comments.extend(found.map(|comment| Comment { blank_before: newlines > 1, ..comment }));
                newlines = 0;
                input = rest;
            }
            _ => return (input, comments, newlines > 1),
        }
    }
}

/// A comment, if one stands here.
fn comment(input: Cursor<'_>) -> (Cursor<'_>, Option<Comment>) {
    if input.peek() != Some('#') {
        return (input, None);
    }
    let line = &input.rest()[..line_length(input.rest())];
    let rest = input.skip(line.trim_end().len());
    let text = line.trim_start_matches('#').trim().to_owned();
    (rest, Some(Comment { text, blank_before: false, span: input.span_to(rest) }))
}

/// Whether the innermost open brace is never closed: the file ends, or a statement of the file begins at the margin.
fn unclosed(start: Cursor<'_>) -> bool {
    let Some(open) = start.open else { return false };
    let word = &start.rest()[..word_length(start.rest())];
    if start.peek().is_some() && !(start.at_margin() && file::is_keyword(word)) {
        return false;
    }
    let problem = Diagnostic::new(Code::UnclosedBrace, open, "this `{` is never closed").label("opened here");
    let next = start.span_to(start.skip(word.len()));
    start.report(if word.is_empty() { problem } else { problem.and(next, "something new begins here") });
    true
}
