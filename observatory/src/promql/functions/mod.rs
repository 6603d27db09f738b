//! The functions of PromQL: one table, and what all functions share.
//!
//! - `rate`: counters and their growth; `over_time`: windows; `trend`: regression and smoothing
//! - `histogram`: classic buckets; `math`: one value each; `date`: calendar (UTC); `labels`: label sets
//! - `vectors`: whole vectors, such as `absent` and `sort`

mod date;
mod histogram;
mod labels;
mod math;
mod over_time;
mod rate;
mod trend;
mod vectors;

use super::evaluate::{Data, Evaluation, map};
use super::node::Node;
use super::select::Window;
use super::value::in_order;
use super::{Element, QueryError};

/// One function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    kind: Kind,
}

/// How a function is applied.
#[derive(Debug)]
enum Kind {
    /// To every value of a vector.
    Each(fn(f64) -> f64),
    /// To every value of a vector, with the scalars that follow it.
    EachWith(fn(f64, &[f64]) -> f64),
    /// To every window of a range vector, with the scalars beside it. The result loses the metric's name.
    Over(fn(&Window<'_>, &[f64]) -> Option<f64>),
    /// The same, but the result is a sample of the series, so that it keeps its name.
    OverNamed(fn(&Window<'_>, &[f64]) -> Option<f64>),
    /// To the calendar date that every value (by default the evaluation time) is.
    Date(fn(&date::Date) -> f64),
    /// In its own way.
    Whole(fn(&Evaluation<'_>, &[Node], i64) -> Result<Data, QueryError>),
}

use Kind::{Date, Each, EachWith, Over, OverNamed, Whole};

/// All functions, by name.
#[rustfmt::skip]
const FUNCTIONS: &[Function] = &[
    Function { name: "abs", kind: Each(f64::abs) },
    Function { name: "absent", kind: Whole(vectors::absent) },
    Function { name: "absent_over_time", kind: Whole(vectors::absent_over_time) },
    Function { name: "acos", kind: Each(libm::acos) },
    Function { name: "acosh", kind: Each(libm::acosh) },
    Function { name: "asin", kind: Each(libm::asin) },
    Function { name: "asinh", kind: Each(libm::asinh) },
    Function { name: "atan", kind: Each(libm::atan) },
    Function { name: "atanh", kind: Each(libm::atanh) },
    Function { name: "avg_over_time", kind: Over(over_time::avg) },
    Function { name: "ceil", kind: Each(f64::ceil) },
    Function { name: "changes", kind: Over(rate::changes) },
    Function { name: "clamp", kind: Whole(math::clamp) },
    Function { name: "clamp_max", kind: EachWith(math::clamp_max) },
    Function { name: "clamp_min", kind: EachWith(math::clamp_min) },
    Function { name: "cos", kind: Each(libm::cos) },
    Function { name: "cosh", kind: Each(libm::cosh) },
    Function { name: "count_over_time", kind: Over(over_time::count) },
    Function { name: "day_of_month", kind: Date(|date| date.day) },
    Function { name: "day_of_week", kind: Date(|date| date.weekday) },
    Function { name: "day_of_year", kind: Date(date::Date::day_of_year) },
    Function { name: "days_in_month", kind: Date(date::Date::days_in_month) },
    Function { name: "deg", kind: Each(f64::to_degrees) },
    Function { name: "delta", kind: Over(rate::delta) },
    Function { name: "deriv", kind: Over(trend::deriv) },
    Function { name: "double_exponential_smoothing", kind: Over(trend::smooth) },
    Function { name: "exp", kind: Each(libm::exp) },
    Function { name: "first_over_time", kind: OverNamed(over_time::first) },
    Function { name: "floor", kind: Each(f64::floor) },
    Function { name: "histogram_fraction", kind: Whole(histogram::fraction) },
    Function { name: "histogram_quantile", kind: Whole(histogram::quantile) },
    Function { name: "holt_winters", kind: Over(trend::smooth) },
    Function { name: "hour", kind: Date(|date| date.hour) },
    Function { name: "idelta", kind: Over(rate::idelta) },
    Function { name: "increase", kind: Over(rate::increase) },
    Function { name: "irate", kind: Over(rate::irate) },
    Function { name: "label_join", kind: Whole(labels::join) },
    Function { name: "label_replace", kind: Whole(labels::replace) },
    Function { name: "last_over_time", kind: OverNamed(over_time::last) },
    Function { name: "ln", kind: Each(libm::log) },
    Function { name: "log10", kind: Each(libm::log10) },
    Function { name: "log2", kind: Each(libm::log2) },
    Function { name: "mad_over_time", kind: Over(over_time::mad) },
    Function { name: "max_over_time", kind: Over(over_time::max) },
    Function { name: "min_over_time", kind: Over(over_time::min) },
    Function { name: "minute", kind: Date(|date| date.minute) },
    Function { name: "month", kind: Date(|date| date.month) },
    Function { name: "pi", kind: Whole(|_, _, _| Ok(Data::Scalar(std::f64::consts::PI))) },
    Function { name: "predict_linear", kind: Over(trend::predict) },
    Function { name: "present_over_time", kind: Over(over_time::present) },
    Function { name: "quantile_over_time", kind: Over(over_time::quantile) },
    Function { name: "rad", kind: Each(f64::to_radians) },
    Function { name: "rate", kind: Over(rate::rate) },
    Function { name: "resets", kind: Over(rate::resets) },
    Function { name: "round", kind: EachWith(math::round) },
    Function { name: "scalar", kind: Whole(vectors::scalar) },
    Function { name: "sgn", kind: Each(math::sign) },
    Function { name: "sin", kind: Each(libm::sin) },
    Function { name: "sinh", kind: Each(libm::sinh) },
    Function { name: "sort", kind: Whole(vectors::sort) },
    Function { name: "sort_by_label", kind: Whole(labels::sort) },
    Function { name: "sort_by_label_desc", kind: Whole(labels::sort_desc) },
    Function { name: "sort_desc", kind: Whole(vectors::sort_desc) },
    Function { name: "sqrt", kind: Each(f64::sqrt) },
    Function { name: "stddev_over_time", kind: Over(over_time::stddev) },
    Function { name: "stdvar_over_time", kind: Over(over_time::stdvar) },
    Function { name: "sum_over_time", kind: Over(over_time::sum) },
    Function { name: "tan", kind: Each(libm::tan) },
    Function { name: "tanh", kind: Each(libm::tanh) },
    Function { name: "time", kind: Whole(|_, _, time_ms| Ok(Data::Scalar(time_ms as f64 / 1000.0))) },
    Function { name: "timestamp", kind: Whole(vectors::timestamp) },
    Function { name: "ts_of_first_over_time", kind: Over(over_time::time_of_first) },
    Function { name: "ts_of_last_over_time", kind: Over(over_time::time_of_last) },
    Function { name: "ts_of_max_over_time", kind: Over(over_time::time_of_max) },
    Function { name: "ts_of_min_over_time", kind: Over(over_time::time_of_min) },
    Function { name: "vector", kind: Whole(vectors::vector) },
    Function { name: "year", kind: Date(|date| date.year) },
];

/// The function with this name.
pub(super) fn find(name: &str) -> Result<&'static Function, QueryError> {
    let place = FUNCTIONS.binary_search_by(|function| function.name.cmp(name));
    place.map(|place| &FUNCTIONS[place]).map_err(|_| {
        let native = name.starts_with("histogram_");
        let why = if native { ": it reads native histograms" } else { ": it is experimental" };
        QueryError::unsupported(format!("the function `{name}`{why}"))
    })
}

impl Function {
    /// The function's value at one time.
    pub(super) fn call(
        &self,
        evaluation: &Evaluation<'_>,
        arguments: &[Node],
        time_ms: i64,
    ) -> Result<Data, QueryError> {
        match self.kind {
            Each(apply) => map(evaluation.vector(argument(arguments, 0)?, time_ms)?, apply).map(Data::Vector),
            EachWith(apply) => {
                let more = scalars(evaluation, &arguments[1..], time_ms)?;
                let vector = evaluation.vector(argument(arguments, 0)?, time_ms)?;
                map(vector, |value| apply(value, &more)).map(Data::Vector)
            }
            Over(apply) => self.over(evaluation, arguments, time_ms, apply, false),
            OverNamed(apply) => self.over(evaluation, arguments, time_ms, apply, true),
            Date(field) => date::call(evaluation, arguments, time_ms, field),
            Whole(apply) => apply(evaluation, arguments, time_ms),
        }
    }

    fn over(
        &self,
        evaluation: &Evaluation<'_>,
        arguments: &[Node],
        time_ms: i64,
        apply: fn(&Window<'_>, &[f64]) -> Option<f64>,
        named: bool,
    ) -> Result<Data, QueryError> {
        let is_range = |node: &&Node| matches!(node, Node::Range { .. } | Node::Subquery(_));
        let (ranges, others): (Vec<&Node>, Vec<&Node>) = arguments.iter().partition(is_range);
        let more = others.into_iter().map(|node| evaluation.scalar(node, time_ms));
        let more = more.collect::<Result<Vec<_>, _>>()?;
        let windows = evaluation.windows(argument(&ranges, 0)?, time_ms)?;
        remark(evaluation, self.name, &more, &windows);
        let results = windows.into_iter().filter_map(|window| {
            let value = apply(&window, &more)?;
            let labels = if named { window.labels } else { window.labels.without_name() };
            Some(Element { labels, value })
        });
        in_order(results.collect()).map(Data::Vector)
    }
}

/// Takes down what is suspicious about the arguments.
fn remark(evaluation: &Evaluation<'_>, function: &str, scalars: &[f64], windows: &[Window<'_>]) {
    match function {
        "quantile_over_time" => scalars.iter().for_each(|&q| evaluation.check_quantile(q)),
        "rate" | "increase" => {
            let counter = |name: &str| {
                name.is_empty()
                    || ["_total", "_sum", "_count", "_bucket"].iter().any(|end| name.ends_with(end))
            };
            for window in windows.iter().filter(|window| !counter(window.labels.name())) {
                evaluation.inform(|| {
                    let name = window.labels.name();
                    format!(
                        "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {name}"
                    )
                });
            }
        }
        _ => {}
    }
}

/// The argument at a place; the parser counts them, so that it is there.
fn argument<T>(arguments: &[T], place: usize) -> Result<&T, QueryError> {
    arguments.get(place).ok_or_else(|| QueryError::evaluation("an argument is missing"))
}

fn scalars(evaluation: &Evaluation<'_>, nodes: &[Node], time_ms: i64) -> Result<Vec<f64>, QueryError> {
    nodes.iter().map(|node| evaluation.scalar(node, time_ms)).collect()
}

#[cfg(test)]
mod tests {
    use super::FUNCTIONS;

    #[test]
    fn the_table_is_sorted_by_name() {
        assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
    }
}
