//! `database name { … }`: its pool, tables and queries.

use nom::Parser;

use super::body::block;
use super::choose::{Row, statement};
use super::cursor::{Cursor, Parsed};
use super::distribution::distribution;
use super::quantity::{count, duration};
use super::service::preset;
use super::token::{backticked, comma_list, name, sign, word};
use crate::span::Spanned;
use crate::tree::{Database, DatabaseItem, Query, Table, TableItem};

const ROWS: &[Row<DatabaseItem>] = &[
    ("engine", |input| {
        let engine = preset("a database engine", &[("postgresql", "postgresql")]);
        engine
            .map(|name| DatabaseItem::Engine(Spanned { value: name.value.to_owned(), span: name.span }))
            .parse(input)
    }),
    ("pool", |input| {
        let pool = (count, sign(","), word("wait"), duration);
        pool.map(|(size, _, _, wait)| DatabaseItem::Pool(size, wait)).parse(input)
    }),
    ("table", |input| {
        let (input, name) = name("the table's name")(input)?;
        let (input, body) = block(statement("a statement of a table", TABLE))(input)?;
        Ok((input, DatabaseItem::Table(Table { name, body })))
    }),
    ("query", |input| {
        let (input, name) = name("the query's name")(input)?;
        let (input, sql) = backticked("the SQL in backticks")(input)?;
        let (input, (_, takes)) = (word("takes"), distribution).parse(input)?;
        Ok((input, DatabaseItem::Query(Query { name, sql, takes })))
    }),
];

const TABLE: &[Row<TableItem>] = &[
    ("rows", |input| count.map(TableItem::Rows).parse(input)),
    ("index", |input| {
        let (input, ()) = sign("(")(input)?;
        let (input, columns) = comma_list(name("the name of a column"))(input)?;
        let (input, ()) = sign(")")(input)?;
        Ok((input, TableItem::Index(columns)))
    }),
];

/// What follows `database`.
pub(super) fn database(input: Cursor<'_>) -> Parsed<'_, Database> {
    let (input, name) = name("the database's name")(input)?;
    let (input, body) = block(statement("a statement of a database", ROWS))(input)?;
    Ok((input, Database { name, body }))
}
