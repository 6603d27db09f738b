//! `users`: a constant number of users, each of whom waits for an answer before the next request.

use scenario_lang::vocabulary::Spec;

use super::Row;
use super::slots::required;
use crate::load::Level;

pub(super) const ROW: Row<Level> = Row {
    spec: Spec {
        keyword: "users",
        forms: &["users {users:count} [for {for:duration}]"],
        doc: "Keeps so many users busy: each sends, waits for the answer, thinks, and sends again. Without `for` it \
              goes on to the end of the load.",
        example: "users 50 for 10m",
    },
    shape: |phrase, _| {
        let users = required(phrase, "users", phrase.count("users"))?;
        Ok(Level { users, length: phrase.duration("for") })
    },
};
