//! Recording and alerting rules.

mod alert;

pub use alert::{Alert, AlertState, AlertTransition, Reach, RuleReport};
