//! HTTP over real connections: [`client`], the bodies of whose answers are [`kept`], and [`server`]; [`exec`] starts
//! hyper's tasks.

pub mod client;
pub mod exec;
pub mod kept;
pub mod server;
