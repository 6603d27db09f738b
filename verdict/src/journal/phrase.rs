//! Phrases of the plan as text, for the journal's summary of it.

use scenario_lang::quantity::{Distribution, Value};
use scenario_lang::vocabulary::Phrase;

use crate::readable::{duration, number, operator, percent};

/// A phrase by its keyword, slots and values: `ramp from 20/s to 80/s over 10m`.
pub(super) fn phrase(phrase: &Phrase) -> String {
    let slots = phrase.values.iter().map(|(slot, value)| match value {
        Value::Flag => format!(" {slot}"),
        value => format!(" {slot} {}", self::value(value)),
    });
    std::iter::once(phrase.keyword.clone()).chain(slots).collect()
}

fn value(value: &Value) -> String {
    match value {
        Value::Duration(length) => duration(*length),
        Value::Rate(rate) => format!("{}/s", number(*rate)),
        Value::Ratio(ratio) => percent(*ratio),
        Value::Size(bytes) => format!("{bytes}B"),
        Value::Money(amount, currency) => format!("{amount:.2} {currency}"),
        Value::Number(value) => number(*value),
        Value::Count(count) => count.to_string(),
        Value::Status(status) => status.to_string(),
        Value::Distribution(distribution) => self::distribution(distribution),
        Value::Quantile(quantile) => format!("p{}", number(quantile * 100.0)),
        Value::Name(name) => name.clone(),
        Value::Text(text) => format!("`{text}`"),
        Value::Comparison(comparison) => operator(*comparison).to_owned(),
        Value::When(_) | Value::Flag => String::new(),
    }
}

fn distribution(distribution: &Distribution) -> String {
    match distribution {
        Distribution::Constant(length) => duration(*length),
        Distribution::Normal { mean, stddev } => {
            format!("normal({}, {})", duration(*mean), duration(*stddev))
        }
        Distribution::LogNormal { p50, p99 } => {
            format!("lognormal(p50 {}, p99 {})", duration(*p50), duration(*p99))
        }
        Distribution::Exp { mean } => format!("exp({})", duration(*mean)),
        Distribution::Uniform { min, max } => format!("uniform({}, {})", duration(*min), duration(*max)),
        Distribution::Pareto { min, alpha } => {
            format!("pareto(min {}, alpha {})", duration(*min), number(*alpha))
        }
        Distribution::Quantiles(points) => {
            let points: Vec<String> =
                points.iter().map(|(q, d)| format!("p{} {}", number(q * 100.0), duration(*d))).collect();
            format!("quantiles({})", points.join(", "))
        }
    }
}
