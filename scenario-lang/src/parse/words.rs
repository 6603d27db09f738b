//! The vocabulary with its forms compiled, once for each file.

use crate::form::{Piece, compile};
use crate::vocabulary::{Spec, Vocabulary};

/// The rows of one list of the vocabulary.
pub(super) struct Words<'a> {
    pub(super) faults: Rows<'a>,
    pub(super) open_shapes: Rows<'a>,
    pub(super) closed_shapes: Rows<'a>,
    pub(super) checks: Rows<'a>,
}

/// Each row with its forms.
pub(super) struct Rows<'a>(Vec<(&'a Spec, Vec<Vec<Piece>>)>);

impl<'a> Words<'a> {
    /// Panics if a form is malformed: forms are constants of the program, which [`Vocabulary::verify`] proves.
    pub(super) fn new(vocabulary: &'a Vocabulary) -> Self {
        Self {
            faults: Rows::new(&vocabulary.faults),
            open_shapes: Rows::new(&vocabulary.open_shapes),
            closed_shapes: Rows::new(&vocabulary.closed_shapes),
            checks: Rows::new(&vocabulary.checks),
        }
    }
}

impl<'a> Rows<'a> {
    fn new(specs: &'a [Spec]) -> Self {
        let compiled = |form: &&'static str| compile(form).unwrap_or_else(|wrong| panic!("{wrong}"));
        Self(specs.iter().map(|spec| (spec, spec.forms.iter().map(compiled).collect())).collect())
    }

    /// The forms of a keyword.
    pub(super) fn forms(&self, keyword: &str) -> Option<&[Vec<Piece>]> {
        self.0.iter().find(|(spec, _)| spec.keyword == keyword).map(|(_, forms)| forms.as_slice())
    }

    /// All keywords.
    pub(super) fn keywords(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(|(spec, _)| spec.keyword)
    }
}
