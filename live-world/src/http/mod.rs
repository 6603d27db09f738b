//! HTTP over real connections: [`client`] and [`server`].

pub mod client;
pub mod server;
