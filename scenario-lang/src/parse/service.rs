//! `service name { … }`: what it answers and how.

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{cut, opt};
use nom::multi::many0;

use super::body::block;
use super::choose::{Row, statement, unknown};
use super::cursor::{Cursor, Parsed};
use super::distribution::distribution;
use super::quantity::{count, duration, ratio, status};
use super::token::{name, sign, string, word};
use crate::diagnostic::Code;
use crate::plan::{RetryOn, Telemetry};
use crate::span::Spanned;
use crate::tree::{Call, Endpoint, Member, Retry, Service, ServiceItem, Step};

const ROWS: &[Row<ServiceItem>] = &[
    ("replicas", |input| count.map(ServiceItem::Replicas).parse(input)),
    ("workers", |input| count.map(ServiceItem::Workers).parse(input)),
    ("cores", |input| count.map(ServiceItem::Cores).parse(input)),
    ("telemetry", |input| {
        preset("a telemetry preset", &[("otel", Telemetry::Otel), ("classic", Telemetry::Classic)])
            .map(ServiceItem::Telemetry)
            .parse(input)
    }),
    ("endpoint", |input| endpoint.map(ServiceItem::Endpoint).parse(input)),
];

const STEPS: &[Row<Step>] = &[
    WORK,
    CALL,
    QUERY,
    ("parallel", |input| block(statement("a step of `parallel`", PARALLEL)).map(Step::Parallel).parse(input)),
];

/// Parallel steps inside parallel steps would be the same as all of them in one.
const PARALLEL: &[Row<Step>] = &[WORK, CALL, QUERY];

const WORK: Row<Step> = ("work", |input| {
    let cpu = (word("cpu"), cut(distribution)).map(|(_, takes)| Step::Cpu(takes));
    let wait = (word("wait"), cut(distribution)).map(|(_, takes)| Step::Wait(takes));
    alt((cpu, wait)).parse(input)
});

const CALL: Row<Step> = ("call", |input| call.map(Step::Call).parse(input));

const QUERY: Row<Step> =
    ("query", |input| member("the name of a database", "the name of a query").map(Step::Query).parse(input));

/// The methods that an endpoint may answer: those of RFC 9110 but CONNECT and TRACE, and PATCH of RFC 5789.
const METHODS: &[(&str, &str)] = &[
    ("GET", "GET"),
    ("HEAD", "HEAD"),
    ("OPTIONS", "OPTIONS"),
    ("POST", "POST"),
    ("PUT", "PUT"),
    ("PATCH", "PATCH"),
    ("DELETE", "DELETE"),
];

/// What follows `service`.
pub(super) fn service(input: Cursor<'_>) -> Parsed<'_, Service> {
    let (input, name) = name("the service's name")(input)?;
    let (input, at) = opt((word("at"), cut(string("the address in quotes")))).parse(input)?;
    let at = at.map(|(_, at)| at);
    let (input, body) = block(statement("a statement of a service", ROWS))(input)?;
    Ok((input, Service { name, at, body }))
}

fn endpoint(input: Cursor<'_>) -> Parsed<'_, Endpoint> {
    let (input, name) = name("the endpoint's name")(input)?;
    let (input, method) = preset("an HTTP method", METHODS)(input)?;
    let method = Spanned { value: method.value.to_owned(), span: method.span };
    let (input, path) = string("the route in quotes")(input)?;
    let (input, body) = block(statement("a step of an endpoint", STEPS))(input)?;
    Ok((input, Endpoint { name, method, path, body }))
}

/// One of a few words, each with what it means.
pub(super) fn preset<T: Copy>(
    noun: &'static str,
    known: &'static [(&'static str, T)],
) -> impl Fn(Cursor<'_>) -> Parsed<'_, Spanned<T>> {
    move |input| {
        let (rest, word) = name(noun)(input)?;
        match known.iter().find(|(name, _)| *name == word.value) {
            Some((_, value)) => Ok((rest, Spanned { value: *value, span: word.span })),
            None => {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                unknown(input.blanks(), &word, Code::UnknownPreset, noun, &names)
            }
        }
    }
}

/// `order-service.create-order`.
fn member(node: &'static str, item: &'static str) -> impl Fn(Cursor<'_>) -> Parsed<'_, Member> {
    move |input| {
        let (input, (node, _, item)) = (name(node), sign("."), name(item)).parse(input)?;
        Ok((input, Member { node, item }))
    }
}

fn call(input: Cursor<'_>) -> Parsed<'_, Call> {
    let (input, target) = member("the name of a service", "the name of an endpoint")(input)?;
    let (input, timeout) = opt((word("timeout"), cut(duration))).parse(input)?;
    let timeout = timeout.map(|(_, timeout)| timeout);
    let (input, retry) = if timeout.is_some() {
        opt((sign(","), cut(retry))).map(|retry| retry.map(|(_, retry)| retry)).parse(input)?
    } else {
        opt(retry).parse(input)?
    };
    Ok((input, Call { target, timeout, retry }))
}

fn retry(input: Cursor<'_>) -> Parsed<'_, Retry> {
    let (input, (_, attempts, _, first)) = (word("retry"), count, word("on"), outcome).parse(input)?;
    let (input, more) = many0((sign(","), outcome)).parse(input)?;
    let (input, backoff) = opt((sign(","), word("backoff"), cut(distribution))).parse(input)?;
    let (input, budget) = opt((sign(","), word("budget"), cut(ratio))).parse(input)?;
    let on = std::iter::once(first).chain(more.into_iter().map(|(_, outcome)| outcome)).collect();
    let backoff = backoff.map(|(_, _, backoff)| backoff);
    Ok((input, Retry { attempts, on, backoff, budget: budget.map(|(_, _, budget)| budget) }))
}

/// `502`, `timeout` or `connect`.
fn outcome(input: Cursor<'_>) -> Parsed<'_, Spanned<RetryOn>> {
    let start = input.blanks();
    let timeout = word("timeout").map(|()| RetryOn::Timeout);
    let connect = word("connect").map(|()| RetryOn::Connect);
    let (rest, outcome) =
        alt((timeout, connect, status.map(|status| RetryOn::Status(status.value)))).parse(start)?;
    Ok((rest, start.spanned(rest, outcome)))
}
