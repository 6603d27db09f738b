//! Verdicts, journal and reports on flights that are built by hand.

mod compare;
mod fixture;
mod journal;
mod law;
mod reports;

mod checks {
    mod alert;
    mod budget;
    mod client;
    mod log;
    mod other_alerts;
    mod page;
    mod promql;
    mod trace;
}
