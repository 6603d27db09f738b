//! Queries on a real PostgreSQL, over connections that are kept.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use bytes::BytesMut;
use sim_core::random::{Draws, Purpose};
use sim_core::telemetry::ErrorType;
use sim_core::world::Statement;
use tokio::task::spawn_local;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls};

/// A database and the sessions on it; clones share them. How many there are at once is up to the pools of its callers.
#[derive(Clone)]
pub struct Database(Rc<Inner>);

struct Inner {
    config: Config,
    /// Its tables, with how many rows each has.
    tables: Vec<(String, u64)>,
    idle: RefCell<Vec<Session>>,
}

struct Session {
    client: Client,
    /// By the query's text.
    prepared: BTreeMap<String, tokio_postgres::Statement>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Database").field(&self.0.config).finish()
    }
}

impl Database {
    /// A database that is reached so, and the rows of its tables: what a query's parameters name, one of them. The text in a
    /// row is the column's name and the row's number, such as `email-17`.
    pub fn new(config: Config, tables: Vec<(String, u64)>) -> Self {
        Self(Rc::new(Inner { config, tables, idle: RefCell::default() }))
    }

    /// Runs a query and reads its rows. Parameters are drawn from the request's key.
    ///
    /// # Errors
    /// What the database answers, or that there is no way to it.
    pub async fn query(&self, statement: Statement<'_>, draws: &Draws) -> Result<(), ErrorType> {
        let kept = self.0.idle.borrow_mut().pop();
        let mut session = match kept.filter(|session| !session.client.is_closed()) {
            Some(session) => session,
            None => self.connect().await?,
        };
        let result =
            session.run(statement, draws, self.rows(statement.sql)).await.map_err(|error| error_type(&error));
        if !session.client.is_closed() {
            self.0.idle.borrow_mut().push(session);
        }
        result
    }

    /// The rows of the first table that a query names.
    fn rows(&self, sql: &str) -> u64 {
        let mut words = sql.split(|c: char| !c.is_alphanumeric() && c != '_');
        let rows = words.find_map(|word| self.0.tables.iter().find(|(name, _)| name == word));
        rows.map_or(1, |(_, rows)| *rows).max(1)
    }

    async fn connect(&self) -> Result<Session, ErrorType> {
        let (client, connection) =
            self.0.config.connect(NoTls).await.map_err(|error| match error.code() {
                Some(_) => error_type(&error),
                None => ErrorType::Connect,
            })?;
        spawn_local(async move {
            // How it ended is told to the query that was under way.
            let _ = connection.await;
        });
        Ok(Session { client, prepared: BTreeMap::new() })
    }
}

impl Session {
    async fn run(
        &mut self,
        Statement { sql, key, .. }: Statement<'_>,
        draws: &Draws,
        rows: u64,
    ) -> Result<(), tokio_postgres::Error> {
        if !self.prepared.contains_key(sql) {
            self.prepared.insert(sql.to_owned(), self.client.prepare(sql).await?);
        }
        let prepared = &self.prepared[sql];
        let parameter = |(index, of): (usize, &Type)| {
            let drawn = draws.draw(key, Purpose::new(&format!("parameter/{index}")));
            parameter(of, compared(sql, index + 1), 1 + drawn % rows)
        };
        let parameters: Vec<_> = prepared.params().iter().enumerate().map(parameter).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|value| &**value).collect();
        self.client.query(prepared, &parameters).await.map(drop)
    }
}

/// The column that a query compares its parameter of this number with, as in `email = $1`.
fn compared(sql: &str, number: usize) -> Option<&str> {
    let mark = format!("${number}");
    let is_whole =
        |&(at, _): &(usize, &str)| !sql[at + mark.len()..].starts_with(|c: char| c.is_ascii_digit());
    let (at, _) = sql.match_indices(&mark).find(is_whole)?;
    let before = &sql[..at];
    let column = before.trim_end().strip_suffix('=')?.trim_end();
    column.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// What names the `row`-th row in a column of this type; `NULL` where nothing does.
fn parameter(of: &Type, column: Option<&str>, row: u64) -> Box<dyn ToSql + Sync> {
    match *of {
        Type::INT8 => Box::new(row as i64),
        Type::INT4 => Box::new((row % (1 << 31)) as i32),
        Type::FLOAT8 => Box::new(row as f64),
        Type::TEXT | Type::VARCHAR => Box::new(format!("{}-{row}", column.unwrap_or("row"))),
        Type::TIMESTAMPTZ => Box::new(SystemTime::UNIX_EPOCH + Duration::from_secs(row)),
        _ => Box::new(Null),
    }
}

/// `NULL`, in a column of any type.
#[derive(Debug)]
struct Null;

impl ToSql for Null {
    fn to_sql(&self, _: &Type, _: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Ok(IsNull::Yes)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn error_type(error: &tokio_postgres::Error) -> ErrorType {
    let state = error.code().and_then(|state| state.code().as_bytes().first_chunk().copied());
    state.map_or(ErrorType::Broken, ErrorType::Sql)
}

#[cfg(test)]
mod tests {
    use super::compared;

    #[test]
    fn the_column_before_a_parameter_is_found() {
        let sql = "SELECT * FROM users WHERE age = $10 AND email = $1 AND users.id=$2 LIMIT $3";
        assert_eq!([1, 2, 3, 4].map(|number| compared(sql, number)), [Some("email"), Some("id"), None, None]);
    }
}
