//! The real components of a live run: started by us and dying with us, or the user's own.
//!
//! - [`process`]: children, their logs and their ends; [`programs`]: where they are installed
//! - [`http`]: the client and the server that all of them are spoken to with; [`url`]: encodings of theirs;
//!   [`rfc3339`]: their times
//! - [`prometheus`], [`alertmanager`], [`postgresql`]: started on free ports, with what is asked of them
//! - [`fleet`]: the replicas of the plan, each a process; [`load`]: the workers that send its requests;
//!   [`sender`]: the way of spans and log lines out of a thread
//! - [`edges`]: the proxies with the plan's faults
//! - [`history`]: the past that Prometheus is given
//! - [`pages`]: what the Alertmanager delivers; [`observe`]: what services export

pub(crate) mod alertmanager;
pub(crate) mod edges;
pub(crate) mod fleet;
pub(crate) mod history;
pub(crate) mod http;
pub(crate) mod load;
pub(crate) mod observe;
pub(crate) mod pages;
pub(crate) mod postgresql;
pub(crate) mod process;
pub(crate) mod programs;
pub(crate) mod prometheus;
pub(crate) mod rfc3339;
pub(crate) mod sender;
pub(crate) mod url;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
