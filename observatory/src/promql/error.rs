//! Why a query has no result.

use std::{error, fmt};

/// Why a query could not be parsed or evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryError {
    /// The text is no PromQL.
    Parse {
        /// What is wrong, in the parser's words.
        message: String,
    },
    /// It is PromQL, but something in it is not evaluated here.
    Unsupported {
        /// What.
        what: String,
    },
    /// The query goes beyond a limit.
    Limit {
        /// Which, and what it is.
        what: String,
    },
    /// The samples do not fit the query.
    Evaluation {
        /// How.
        message: String,
    },
}

impl QueryError {
    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    pub(super) fn evaluation(message: impl Into<String>) -> Self {
        Self::Evaluation { message: message.into() }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse { message } => write!(f, "no valid PromQL: {message}"),
            Self::Unsupported { what } => write!(f, "not supported: {what}"),
            Self::Limit { what } => write!(f, "too much for one query: {what}"),
            Self::Evaluation { message } => f.write_str(message),
        }
    }
}

impl error::Error for QueryError {}
