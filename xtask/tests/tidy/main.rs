//! Style rules as tests, over the files that git tracks. One rule is one function; a rule that finds something says
//! every place and what to do.
//!
//! - [`tree`]: the tracked files, and how findings are reported
//! - [`code`]: rules for source files
//! - [`documents`]: rules for Markdown
//! - [`shipped`]: rules for manifests and the rule files of `compose/`
//! - [`stack`]: rules for the full stack of `compose/` and `grafana/`
//! - [`vocabulary`]: rules for what is told of a fault, a shape or a check

mod code;
mod documents;
mod shipped;
mod stack;
mod tree;
mod vocabulary;
