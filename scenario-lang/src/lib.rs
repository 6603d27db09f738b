//! The scenario language: text becomes a tree, the tree becomes a [`plan::Plan`].
//!
//! The way of a scenario, and where each step lives:
//! 1. [`parse`] reads one text into a [`tree`], whatever the text is; `form` compiles the forms of the [`vocabulary`]
//! 2. [`load()`] reads a file and all that it imports, through a [`Loader`]
//! 3. [`lower()`] resolves names and finds what does not fit together; what is right becomes a [`plan`]
//! 4. [`check()`] holds the plan against its [`surroundings`]: rule files, routes and metrics
//!
//! Beside the way:
//! - [`diagnostic`]: what all of them say of a scenario, as data, and its renderers; the table of codes
//! - [`span`]: files and places in them; [`quantity`]: values with units; [`route`]: the paths that endpoints
//!   answer
//! - `scale`: a plan whose hours run as minutes
//! - `forecast`: what a plan tells before it is run, such as when an alert can fire; `suggest`: the nearest name
//!
//! This crate opens no file, reads no clock, and knows nothing of what a fault or a check does.

/// A closure that takes the value out of one variant of an enum.
macro_rules! only {
    ($variant:path) => {
        |it| if let $variant(it) = it { Some(it) } else { None }
    };
}

mod check;
pub mod diagnostic;
mod forecast;
mod form;
mod load;
mod lower;
pub mod parse;
pub mod plan;
pub mod quantity;
pub mod route;
mod scale;
pub mod span;
mod suggest;
pub mod surroundings;
pub mod tree;
pub mod vocabulary;

pub use check::check;
pub use load::{Loaded, Loader, load, resolve};
pub use lower::lower;
pub use scale::ScaleError;
