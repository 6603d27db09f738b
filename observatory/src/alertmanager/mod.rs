//! The Alertmanager: routes, grouping, waits, inhibition and repeats.

mod notification;

pub use notification::{Fate, Notification, NotifiedAlert, Status};
