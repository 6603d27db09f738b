//! The scenario language: text becomes a tree, the tree becomes a [`plan::Plan`].

pub mod plan;
pub mod quantity;
pub mod surroundings;
pub mod vocabulary;
