//! The scenario language: text becomes a tree, the tree becomes a [`plan::Plan`].

/// A closure that takes the value out of one variant of an enum.
macro_rules! only {
    ($variant:path) => {
        |it| if let $variant(it) = it { Some(it) } else { None }
    };
}

pub mod diagnostic;
mod form;
mod load;
mod lower;
pub mod parse;
pub mod plan;
pub mod quantity;
pub mod span;
mod suggest;
pub mod surroundings;
pub mod tree;
pub mod vocabulary;
pub use load::{Loaded, Loader, load, resolve};
pub use lower::lower;
