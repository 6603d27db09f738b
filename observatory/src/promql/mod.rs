//! PromQL: parsed by `promql-parser`, evaluated here.
//!
//! - `query`: what callers use; `inspect`: what a query says about itself
//! - `node`: the tree that is evaluated; `lower`: how it is made of the parser's tree
//! - `evaluate`: nodes at one time; `steps`: at many; `select`: series and windows; `subquery`: windows that are computed
//! - `binary`, `matching`, `sets`: operators; `aggregate`: aggregations
//! - `functions`: one table of all functions
//! - `statistics`: means, quantiles and variances of values
//! - `scale`: the same query on a shorter timeline
//! - `value`, `error`, `annotations`: results

mod aggregate;
mod annotations;
mod binary;
mod error;
mod evaluate;
mod functions;
mod inspect;
mod lower;
mod matching;
mod node;
mod query;
mod scale;
mod select;
mod sets;
mod statistics;
mod steps;
mod subquery;
mod value;

pub use annotations::Annotations;
pub use binary::CompareOp;
pub use error::QueryError;
pub use inspect::{Need, Selector};
pub use query::{Options, Query, Semantics};
pub use scale::scaled;
pub use value::{Element, MatrixRow, Value};
