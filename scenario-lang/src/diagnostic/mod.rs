//! Diagnostics as data: what is wrong, where, why, and what to do.
//!
//! - `code` is the one table of codes, with the text of `sim explain`
//! - [`render()`] writes a diagnostic for people, with carets
//! - [`json()`] writes it as a line of JSON

mod code;
mod json;
mod render;

pub use code::{Code, Severity};
pub use json::json;
pub use render::render;

use crate::span::Span;

/// One finding. Messages are lower case without a full stop; source text stands in backticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which cause it is of; the code also tells the severity.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that have to do with it.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Vec<String>,
}

/// A place and what there is to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// A finding without label and help.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let primary = Label { span, text: String::new() };
        Self { code, message: message.into(), primary, secondary: Vec::new(), help: Vec::new() }
    }

    /// With a remark on the primary place.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// With another place.
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// With advice.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// With advice, if there is any.
    pub fn maybe_help(self, text: Option<String>) -> Self {
        match text {
            Some(text) => self.help(text),
            None => self,
        }
    }

    /// How grave it is.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Whether it keeps the scenario from being run.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}
