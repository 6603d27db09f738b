//! How many requests a load sends, as far as its shapes are `hold` and `ramp`.

use std::time::Duration;

use crate::plan::Load;

/// The expected arrivals from one time to another; `None` where a shape does not tell.
pub(super) fn between(load: &Load, from: Duration, to: Duration) -> Option<f64> {
    let mut total = 0.0;
    let mut begin = 0.0;
    let mut before = 0.0;
    for shape in &load.shapes {
        let (first, last, length) = match shape.keyword.as_str() {
            "hold" => {
                let rate = shape.rate("rate")?;
                (rate, rate, shape.duration("for").map_or(f64::INFINITY, |length| length.as_secs_f64()))
            }
            "ramp" => (
                shape.rate("from").unwrap_or(before),
                shape.rate("to")?,
                shape.duration("over")?.as_secs_f64(),
            ),
            _ => return None,
        };
        let a = (from.as_secs_f64() - begin).clamp(0.0, length);
        let b = (to.as_secs_f64() - begin).clamp(0.0, length);
        let rate = |at: f64| if first == last { first } else { first + (last - first) * at / length };
        if b > a {
            total += (b - a) * (rate(a) + rate(b)) / 2.0;
        }
        begin += length;
        before = last;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Arrivals;
    use crate::quantity::Value;
    use crate::vocabulary::Phrase;

    fn shape(keyword: &str, values: &[(&str, Value)]) -> Phrase {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Phrase { text: String::new(), keyword: keyword.to_owned(), form: 0, values }
    }

    #[test]
    fn a_ramp_counts_as_its_area() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let load = Load {
            name: "shoppers".to_owned(),
            service: 0,
            arrivals: Arrivals::Even,
            mix: Vec::new(),
            closed: false,
            think: None,
            shapes: vec![
                shape(
                    "ramp",
                    &[
                        ("from", Value::Rate(20.0)),
                        ("to", Value::Rate(80.0)),
                        ("over", Value::Duration(minutes(10))),
                    ],
                ),
                shape("hold", &[("rate", Value::Rate(80.0))]),
            ],
        };
        for (from, to, count) in
            [(0, 10, 30_000.0), (0, 5, 10_500.0), (10, 11, 4_800.0), (5, 11, 24_300.0), (3, 3, 0.0)]
        {
            assert_eq!(between(&load, minutes(from), minutes(to)), Some(count), "{from} to {to}");
        }
    }
}
