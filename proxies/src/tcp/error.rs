//! Why something that was asked for is not done.

use std::fmt;

use super::toxics::settings::Unfit;

/// Why a change of the proxies is refused; nothing has changed then.
#[derive(Debug)]
pub enum Refused {
    /// What was sent cannot be read.
    Body(String),
    /// A field that must be given is missing or empty.
    Missing(String),
    /// No proxy has that name.
    NoProxy,
    /// A proxy has that name already.
    ProxyExists,
    /// The stream is neither of the two.
    Stream,
    /// There is no toxic of that type.
    Kind,
    /// A toxic of that proxy has that name already.
    ToxicExists,
    /// No toxic of that proxy has that name.
    NoToxic,
    /// The attributes do not fit.
    Attributes(Unfit),
    /// It would be more than the proxy will hold.
    TooMany(&'static str, usize),
    /// It cannot listen there.
    Listen {
        /// Where.
        address: String,
        /// What the operating system says.
        error: std::io::Error,
    },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(why) => write!(f, "bad request body: {why}"),
            Self::Missing(field) => write!(f, "missing required field: {field}"),
            Self::NoProxy => f.write_str("proxy not found"),
            Self::ProxyExists => f.write_str("proxy already exists"),
            Self::Stream => f.write_str("stream was invalid, can be either upstream or downstream"),
            Self::Kind => f.write_str("invalid toxic type"),
            Self::ToxicExists => f.write_str("toxic already exists"),
            Self::NoToxic => f.write_str("toxic not found"),
            Self::Attributes(unfit) => write!(f, "bad request body: {unfit}"),
            Self::TooMany(what, most) => {
                write!(f, "there are {most} {what} already, and no more are possible")
            }
            Self::Listen { address, error } => write!(f, "cannot listen on {address}: {error}"),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Unfit> for Refused {
    fn from(unfit: Unfit) -> Self {
        Self::Attributes(unfit)
    }
}
