//! A proxy for any protocol over TCP, with toxics on its connections.
//!
//! - [`proxies`]: all proxies of a process, and what can be changed about them; `proxy` is one of them
//! - `toxics`: what can be done to a connection, one file each; `toxic` says which connections one hits
//! - `link`(mod@link): one direction of a connection, without sockets or a clock; `queue` what is on its way
//! - `connection`: the sockets and the two links between them; `open`(mod@open) how it comes about
//! - `worker`: the threads that serve connections
//! - `board`, `shown`: how they learn of changes
//! - `lease`, `count`, [`direction`], [`error`]
//!
//! The control API's thread changes proxies and posts what they are; the connections see it when they are next polled,
//! and are woken for it. Nobody ever waits for a connection.

mod board;
mod connection;
mod count;
pub mod direction;
pub mod error;
pub(crate) mod lease;
mod link;
mod open;
pub mod proxies;
pub(crate) mod proxy;
mod queue;
mod shown;
pub(crate) mod toxic;
pub(crate) mod toxics;
mod worker;

#[cfg(test)]
mod link_tests;
