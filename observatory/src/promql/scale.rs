//! A query on a shorter timeline: windows, offsets and the steps of subqueries are divided, and the rest stays.

use std::time::Duration;

use promql_parser::parser::{AtModifier, Expr, Offset, SubqueryExpr, VectorSelector};

use super::lower::SUBQUERY_STEP_MS;
use super::{Query, QueryError};
use crate::duration::Millis;

/// The query of `text` on a timeline that is `factor` times shorter, as PromQL.
///
/// Numbers stay as they are, also those that count seconds (`time() - t > 300`) or events in a window
/// (`increase(x[1h]) > 100`): what they mean is not known. A subquery without a step gets that of the default
/// evaluation interval, divided too.
///
/// # Errors
/// When it is no PromQL that is evaluated here, when `@` pins a part of it to a time of the longer timeline, or when
/// nothing is left of a duration.
pub fn scaled(text: &str, factor: f64) -> Result<String, QueryError> {
    let mut expr = Query::parse(text)?.expr;
    Scale(factor).expr(&mut expr)?;
    let printed = expr.to_string();
    // The parser prints some names as they must not be written, such as metrics with dots.
    match Query::parse(&printed) {
        Ok(read) if read.expr == expr => Ok(printed),
        _ => Err(QueryError::unsupported(format!("a time scale of `{text}`, which cannot be written anew"))),
    }
}

struct Scale(f64);

impl Scale {
    fn expr(&self, expr: &mut Expr) -> Result<(), QueryError> {
        match expr {
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => Ok(()),
            Expr::Paren(paren) => self.expr(&mut paren.expr),
            Expr::Unary(unary) => self.expr(&mut unary.expr),
            Expr::VectorSelector(selector) => self.selector(selector),
            Expr::MatrixSelector(matrix) => {
                self.length(&mut matrix.range)?;
                self.selector(&mut matrix.vs)
            }
            Expr::Subquery(subquery) => self.subquery(subquery),
            Expr::Binary(binary) => {
                self.expr(&mut binary.lhs)?;
                self.expr(&mut binary.rhs)
            }
            Expr::Aggregate(aggregate) => {
                aggregate.param.iter_mut().try_for_each(|parameter| self.expr(parameter))?;
                self.expr(&mut aggregate.expr)
            }
            Expr::Call(call) => call.args.args.iter_mut().try_for_each(|argument| self.expr(argument)),
        }
    }

    fn selector(&self, selector: &mut VectorSelector) -> Result<(), QueryError> {
        // As the parser prints them.
        selector.matchers.matchers.sort_by_cached_key(ToString::to_string);
        self.shift(selector.at.as_ref(), selector.offset.as_mut())
    }

    fn subquery(&self, subquery: &mut SubqueryExpr) -> Result<(), QueryError> {
        self.expr(&mut subquery.expr)?;
        self.length(&mut subquery.range)?;
        self.length(subquery.step.get_or_insert(Duration::from_millis(SUBQUERY_STEP_MS.unsigned_abs())))?;
        self.shift(subquery.at.as_ref(), subquery.offset.as_mut())
    }

    fn shift(&self, at: Option<&AtModifier>, offset: Option<&mut Offset>) -> Result<(), QueryError> {
        if let Some(at @ AtModifier::At(_)) = at
            && self.0 != 1.0
        {
            return Err(QueryError::unsupported(format!(
                "a time scale of `{at}`, which is a time of the timeline as written"
            )));
        }
        match offset {
            None => Ok(()),
            Some(Offset::Pos(length) | Offset::Neg(length)) => self.length(length),
        }
    }

    fn length(&self, length: &mut Duration) -> Result<(), QueryError> {
        // Queries of longer durations than fit are refused before.
        let ms = i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
        let shorter = Millis(ms).shortened(self.0).map_err(|what| QueryError::Limit { what })?;
        *length = Duration::from_millis(shorter.0.unsigned_abs());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_divided_and_nothing_else() {
        let cases = [
            (
                "sum by (job) (rate(x_total{code=~\"5..\"}[5m])) / 60 > 0.3",
                "sum by (job) (rate(x_total{code=~\"5..\"}[5s])) / 60 > 0.3",
            ),
            (
                "max_over_time(rate(x[1h])[1d:30m] offset 1w)",
                "max_over_time(rate(x[1m])[24m:30s] offset 2h48m)",
            ),
            ("x{b=\"1\", a!~\"2|3\"}[5m] offset 1h", "x{a!~\"2|3\",b=\"1\"}[5s] offset 1m"),
            ("avg_over_time(x[1h:])", "avg_over_time(x[1m:1s])"),
            ("x offset -90s @ end()", "x @ end() offset -1s500ms"),
            ("a and on (slo) b[7m] offset 1ms == bool 3600", ""),
            ("predict_linear(x[6h], 4 * 3600) < 0", "predict_linear(x[6m], 4 * 3600) < 0"),
            ("label_replace(x[1h:1m], \"a\", \"$1\", \"b\", \"(.*)5m\")", ""),
        ];
        for (written, wanted) in cases {
            match scaled(written, 60.0) {
                Ok(found) => assert_eq!(found, wanted, "{written}"),
                Err(_) => assert_eq!(wanted, "", "{written}"),
            }
        }
    }

    #[test]
    fn what_cannot_be_scaled_is_refused() {
        let error = |text| scaled(text, 60.0).unwrap_err().to_string();
        assert_eq!(
            error("x @ 1609746000"),
            "not supported: a time scale of `@ 1609746000.000`, which is a time of the timeline as written"
        );
        assert_eq!(
            error("rate(x[5ms])"),
            "too much for one query: a time scale of 60 leaves less than a millisecond of 5ms"
        );
        assert!(error("x @").starts_with("no valid PromQL"));
        assert!(scaled("x @ 1609746000", 1.0).is_ok());
    }
}
