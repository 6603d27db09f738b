//! The parser's input: a place in the text that knows the furthest failure so far.

use std::cell::RefCell;
use std::str::{CharIndices, Chars};

use nom::error::{ErrorKind, ParseError};
use nom::{IResult, Input, Needed};

use super::failure::Failure;
use super::words::Words;
use crate::diagnostic::Diagnostic;
use crate::span::{FileId, Span, Spanned};

/// What one run of the parser shares.
pub(super) struct Reading<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    pub(super) words: &'a Words<'a>,
    /// The furthest failure within the current statement.
    pub(super) furthest: RefCell<Failure>,
    pub(super) diagnostics: RefCell<Vec<Diagnostic>>,
}

/// A stretch of the text that is still to be read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) reading: &'a Reading<'a>,
    pub(super) at: usize,
    end: usize,
    /// The innermost open brace.
    pub(super) open: Option<Span>,
}

/// "Not this." What was expected instead, and where, is noted in [`Reading::furthest`]: combinators such as `opt`
/// drop the errors that they overcome, and these are the ones that tell what else could have stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;

/// The result of a parser.
pub(super) type Parsed<'a, T> = IResult<Cursor<'a>, T, Refused>;

impl ParseError<Cursor<'_>> for Refused {
    fn from_error_kind(_: Cursor<'_>, _: ErrorKind) -> Self {
        Self
    }

    fn append(_: Cursor<'_>, _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl<'a> Cursor<'a> {
    /// The whole text of a reading.
    pub(super) fn new(reading: &'a Reading<'a>) -> Self {
        Self { reading, at: 0, end: reading.text.len(), open: None }
    }

    /// What is still to be read.
    pub(super) fn rest(self) -> &'a str {
        &self.reading.text[self.at..self.end]
    }

    /// The first character of the rest.
    pub(super) fn peek(self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Further on by so many bytes.
    pub(super) fn skip(self, bytes: usize) -> Self {
        Self { at: self.at + bytes, ..self }
    }

    /// Past the blanks on this line.
    pub(super) fn blanks(self) -> Self {
        self.skip(self.rest().len() - self.rest().trim_start_matches(is_blank).len())
    }

    /// From here to `after`.
    pub(super) fn span_to(self, after: Self) -> Span {
        Span { file: self.reading.file, start: self.at, end: after.at.max(self.at) }
    }

    /// A value that was written from here to `after`.
    pub(super) fn spanned<T>(self, after: Self, value: T) -> Spanned<T> {
        Spanned { value, span: self.span_to(after) }
    }

    /// The same place, with another innermost brace.
    pub(super) fn within(self, open: Option<Span>) -> Self {
        Self { open, ..self }
    }

    /// Whether the innermost braces have stayed on one line so far.
    pub(super) fn one_line(self) -> bool {
        self.open.is_some_and(|open| !self.reading.text[open.end..self.at].contains('\n'))
    }

    /// Whether a line begins here.
    pub(super) fn at_margin(self) -> bool {
        self.at == 0 || self.reading.text[..self.at].ends_with('\n')
    }

    /// Fails here, where `what` was expected.
    pub(super) fn expected<T>(self, what: impl Into<String>) -> Parsed<'a, T> {
        self.fail(Failure::expected(self.at, what))
    }

    /// Fails here with a diagnostic of its own.
    pub(super) fn refuse<T>(self, problem: Diagnostic) -> Parsed<'a, T> {
        self.fail(Failure::problem(self.at, problem))
    }

    fn fail<T>(self, failure: Failure) -> Parsed<'a, T> {
        self.reading.furthest.borrow_mut().merge(failure);
        Err(nom::Err::Error(Refused))
    }

    /// Adds a diagnostic.
    pub(super) fn report(self, diagnostic: Diagnostic) {
        self.reading.diagnostics.borrow_mut().push(diagnostic);
    }
}

/// Blanks within a line; a carriage return is one, so that CRLF files read the same.
pub(super) fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\r')
}

impl<'a> Input for Cursor<'a> {
    type Item = char;
    type Iter = Chars<'a>;
    type IterIndices = CharIndices<'a>;

    fn input_len(&self) -> usize {
        self.end - self.at
    }

    fn take(&self, index: usize) -> Self {
        Self { end: self.at + index, ..*self }
    }

    fn take_from(&self, index: usize) -> Self {
        self.skip(index)
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        (self.take_from(index), self.take(index))
    }

    fn position<P: Fn(char) -> bool>(&self, predicate: P) -> Option<usize> {
        self.rest().find(predicate)
    }

    fn iter_elements(&self) -> Chars<'a> {
        self.rest().chars()
    }

    fn iter_indices(&self) -> CharIndices<'a> {
        self.rest().char_indices()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        self.rest().slice_index(count)
    }
}
