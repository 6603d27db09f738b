//! Places in source text.

/// A source file, by its place in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FileId(pub usize);

/// A stretch of a source file, in bytes, end excluded. Both ends lie on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The least span that holds both; `other` must be of the same file.
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A text on one line, with single blanks.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// One source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name, as the loader gives it.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// All files of one scenario; the main file is the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.0.push(Source { name: name.into(), text: text.into() });
        FileId(self.0.len() - 1)
    }

    /// The file, if there is one of that number.
    pub fn get(&self, file: FileId) -> Option<&Source> {
        self.0.get(file.0)
    }

    /// The file of that name.
    pub fn find(&self, name: &str) -> Option<FileId> {
        self.0.iter().position(|source| source.name == name).map(FileId)
    }

    /// The text of a span; empty where it lies outside the files.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).and_then(|source| source.text.get(span.start..span.end)).unwrap_or_default()
    }

    /// The line of a span's first byte, from 1.
    pub fn line(&self, span: Span) -> usize {
        let before = self.text(Span { start: 0, end: span.start, ..span });
        1 + before.bytes().filter(|byte| *byte == b'\n').count()
    }
}
