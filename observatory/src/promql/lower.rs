//! From the parser's tree to the one that is evaluated.

use std::time::{Duration, SystemTime};

use promql_parser::label::{self, MatchOp as ParsedOp};
use promql_parser::parser::{
    self, AtModifier, BinModifier, Expr, LabelModifier, Offset, VectorMatchCardinality, VectorSelector,
};

use super::QueryError;
use super::aggregate::AggregateOp;
use super::binary::BinaryOp;
use super::functions;
use super::node::{Aggregate, At, Binary, Cardinality, Grouping, Matching, Node, Selection, Shift, Subquery};
use crate::series::{MatchOp, Matcher, NAME};

/// The longest query, bytes.
const MAX_LENGTH: usize = 16 * 1024;
/// The deepest nesting.
const MAX_DEPTH: usize = 200;
/// The step of a subquery that names none: Prometheus' default evaluation interval, milliseconds.
pub(super) const SUBQUERY_STEP_MS: i64 = 60_000;

/// Refuses text that would exhaust the parser's stack.
pub(super) fn check_size(text: &str) -> Result<(), QueryError> {
    if text.len() > MAX_LENGTH {
        let what = format!("{} bytes of PromQL, at most {MAX_LENGTH} are read", text.len());
        return Err(QueryError::Limit { what });
    }
    let mut depth = 0usize;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
    }
    Ok(())
}

fn too_deep() -> QueryError {
    QueryError::Limit { what: format!("nested deeper than {MAX_DEPTH} levels") }
}

/// Lowers one query and counts its selectors.
#[derive(Debug, Default)]
pub(super) struct Lowering {
    pub(super) selectors: usize,
    depth: usize,
}

impl Lowering {
    /// The node of an expression.
    pub(super) fn lower(&mut self, expr: &Expr) -> Result<Node, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep());
        }
        let node = self.node(expr);
        self.depth -= 1;
        node
    }

    fn node(&mut self, expr: &Expr) -> Result<Node, QueryError> {
        Ok(match expr {
            Expr::NumberLiteral(number) => Node::Number(number.val),
            Expr::StringLiteral(text) => Node::Text(text.val.clone()),
            Expr::Paren(paren) => self.lower(&paren.expr)?,
            Expr::Unary(unary) => Node::Negation(Box::new(self.lower(&unary.expr)?)),
            Expr::VectorSelector(selector) => Node::Instant(self.selection(selector)?),
            Expr::MatrixSelector(matrix) => {
                Node::Range { selection: self.selection(&matrix.vs)?, window_ms: milliseconds(matrix.range)? }
            }
            Expr::Subquery(subquery) => Node::Subquery(Box::new(Subquery {
                inner: self.lower(&subquery.expr)?,
                range_ms: milliseconds(subquery.range)?,
                step_ms: subquery.step.map_or(Ok(SUBQUERY_STEP_MS), milliseconds)?,
                shift: shift(subquery.at.as_ref(), subquery.offset.as_ref())?,
            })),
            Expr::Binary(binary) => self.binary(binary)?,
            Expr::Aggregate(aggregate) => self.aggregate(aggregate)?,
            Expr::Call(call) => {
                let arguments = call.args.args.iter().map(|argument| self.lower(argument));
                let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
                Node::Call(functions::find(call.func.name)?, arguments)
            }
            Expr::Extension(_) => return Err(QueryError::unsupported("extensions of PromQL")),
        })
    }

    fn selection(&mut self, selector: &VectorSelector) -> Result<Selection, QueryError> {
        if !selector.matchers.or_matchers.is_empty() {
            return Err(QueryError::unsupported("`or` between the matchers of a selector"));
        }
        let mut matchers = Vec::new();
        if let Some(name) = &selector.name {
            matchers.push(matcher(NAME, MatchOp::Equal, name)?);
        }
        for parsed in &selector.matchers.matchers {
            matchers.push(lower_matcher(parsed)?);
        }
        self.selectors += 1;
        Ok(Selection {
            text: VectorSelector { at: None, offset: None, ..selector.clone() }.to_string(),
            matchers,
            shift: shift(selector.at.as_ref(), selector.offset.as_ref())?,
            slot: self.selectors - 1,
        })
    }

    fn binary(&mut self, binary: &parser::BinaryExpr) -> Result<Node, QueryError> {
        let modifier = binary.modifier.clone().unwrap_or_default();
        if modifier.fill_values.lhs.is_some() || modifier.fill_values.rhs.is_some() {
            return Err(QueryError::unsupported("the experimental modifier `fill`"));
        }
        Ok(Node::Binary(Box::new(Binary {
            op: BinaryOp::of(binary.op)?,
            left: self.lower(&binary.lhs)?,
            right: self.lower(&binary.rhs)?,
            as_bool: modifier.return_bool,
            matching: matching(&modifier),
        })))
    }

    fn aggregate(&mut self, aggregate: &parser::AggregateExpr) -> Result<Node, QueryError> {
        let parameter = aggregate.param.as_ref().map(|parameter| self.lower(parameter)).transpose()?;
        // No modifier at all means one group.
        let by = aggregate.modifier.as_ref().map_or(Grouping { only: true, labels: Vec::new() }, grouping);
        Ok(Node::Aggregate(Box::new(Aggregate {
            op: AggregateOp::of(aggregate.op)?,
            by,
            parameter,
            inner: self.lower(&aggregate.expr)?,
        })))
    }
}

fn matching(modifier: &BinModifier) -> Matching {
    let cardinality = match modifier.card {
        VectorMatchCardinality::OneToOne | VectorMatchCardinality::ManyToMany => Cardinality::OneToOne,
        VectorMatchCardinality::ManyToOne(_) => Cardinality::ManyToOne,
        VectorMatchCardinality::OneToMany(_) => Cardinality::OneToMany,
    };
    // No modifier at all means that every label counts.
    let by = modifier.matching.as_ref().map_or(Grouping { only: false, labels: Vec::new() }, grouping);
    let include = modifier.card.labels().map_or_else(Vec::new, |include| include.labels.clone());
    Matching { by, cardinality, include }
}

fn grouping(modifier: &LabelModifier) -> Grouping {
    Grouping { only: modifier.is_include(), labels: modifier.labels().labels.clone() }
}

fn lower_matcher(parsed: &label::Matcher) -> Result<Matcher, QueryError> {
    let op = match parsed.op {
        ParsedOp::Equal => MatchOp::Equal,
        ParsedOp::NotEqual => MatchOp::NotEqual,
        ParsedOp::Re(_) => MatchOp::Regex,
        ParsedOp::NotRe(_) => MatchOp::NotRegex,
    };
    matcher(&parsed.name, op, &parsed.value)
}

fn matcher(name: &str, op: MatchOp, value: &str) -> Result<Matcher, QueryError> {
    Matcher::new(name, op, value).map_err(|error| QueryError::Parse { message: error.to_string() })
}

fn shift(at: Option<&AtModifier>, offset: Option<&Offset>) -> Result<Shift, QueryError> {
    let at = match at {
        None => None,
        Some(AtModifier::Start) => Some(At::Start),
        Some(AtModifier::End) => Some(At::End),
        Some(AtModifier::At(time)) => Some(At::Time(match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => milliseconds(after)?,
            Err(before) => -milliseconds(before.duration())?,
        })),
    };
    let offset_ms = match offset {
        None => 0,
        Some(Offset::Pos(back)) => milliseconds(*back)?,
        Some(Offset::Neg(ahead)) => -milliseconds(*ahead)?,
    };
    Ok(Shift { at, offset_ms })
}

/// A duration, at most the ten thousand years that leave room for sums.
fn milliseconds(duration: Duration) -> Result<i64, QueryError> {
    let limit = Duration::from_secs(10_000 * 365 * 86_400);
    match i64::try_from(duration.as_millis()) {
        Ok(milliseconds) if duration <= limit => Ok(milliseconds),
        _ => Err(QueryError::Limit { what: format!("a duration of {} seconds", duration.as_secs()) }),
    }
}
