//! The Alertmanager, in virtual time: from `alertmanager.yml` and alerts to notifications.
//!
//! - `config`, `receiver`, `route`, `matcher`: the configuration, checked
//! - `scale`: the same configuration on a shorter timeline
//! - `dispatch`: the running whole; `known` what it knows of an alert, `group` the timers
//! - `inhibition` and `log`: what is held back, and what is no news
//! - `notification`: what comes out
//!
//! Silences, time intervals, clustering and failing receivers are not simulated.

mod config;
mod dispatch;
mod group;
mod inhibition;
mod known;
mod log;
mod matcher;
mod notification;
mod receiver;
mod route;
mod scale;

pub use config::{Config, ConfigError};
pub use dispatch::Alertmanager;
pub use notification::{Fate, Notification, NotifiedAlert, Status};
pub use receiver::{Integration, Receiver};
pub use scale::scaled;
