//! Queries whose values follow by hand or in closed form.

use observatory::promql::{Options, Query, QueryError, Semantics, Value};
use observatory::series::{NAME, Store, StoreOptions, Summary};
use proptest::prelude::*;

const MINUTE: i64 = 60_000;

/// A store with one series per row: name, label `l`, values a minute apart.
fn store(rows: &[(&str, &str, &[f64])]) -> Store {
    let mut store = Store::new(StoreOptions::default());
    for (name, label, values) in rows {
        let id = store.resolve(&[(NAME, *name), ("l", *label)].into_iter().collect());
        for (index, value) in values.iter().enumerate() {
            store.append(id, index as i64 * MINUTE, *value).unwrap();
        }
    }
    store
}

fn eval(store: &Store, options: &Options, query: &str, time_ms: i64) -> Vec<(String, f64)> {
    match Query::parse(query).unwrap().instant(store, options, time_ms).unwrap() {
        Value::Scalar(value) => vec![(String::new(), value)],
        Value::Vector(vector) => vector.into_iter().map(|one| (one.labels.to_string(), one.value)).collect(),
        other => panic!("{query} is a {}", other.kind()),
    }
}

fn one(store: &Store, query: &str, time_ms: i64) -> f64 {
    let got = eval(store, &Options::default(), query, time_ms);
    assert_eq!(got.len(), 1, "{query}: {got:?}");
    got[0].1
}

const V2: Options = Options { semantics: Semantics::V2, lookback_ms: 300_000, max_samples: 1_000 };

#[test]
fn the_far_end_of_a_window_is_inside_only_in_version_2() {
    let store = store(&[("m", "", &[1.0, 2.0, 3.0])]);
    let at = 2 * MINUTE;
    assert_eq!(eval(&store, &Options::default(), "count_over_time(m[2m])", at), [("{}".into(), 2.0)]);
    assert_eq!(eval(&store, &V2, "count_over_time(m[2m])", at), [("{}".into(), 3.0)]);
    assert_eq!(eval(&store, &V2, "sum_over_time(m[2m:1m])", at), [("{}".into(), 6.0)]);
    assert_eq!(eval(&store, &Options::default(), "m", at + 5 * MINUTE), []);
    assert_eq!(eval(&store, &V2, "m", at + 5 * MINUTE), [("m".into(), 3.0)]);
}

#[test]
fn versions_differ_in_how_far_a_counter_goes_back_to_zero() {
    let mut store = Store::new(StoreOptions::default());
    let id = store.resolve(&[(NAME, "m_total")].into_iter().collect());
    (0..11).for_each(|n| store.append(id, n * 5 * MINUTE, 10.0 + 10.0 * n as f64).unwrap());
    // Zero would be one interval before the first sample; half an interval is less. Promtool 2.42 says 110.
    assert_eq!(eval(&store, &V2, "increase(m_total[100m])", 50 * MINUTE)[0].1, 110.00000000000001);
    assert_eq!(one(&store, "increase(m_total[100m])", 50 * MINUTE), 105.0);
    // A counter that starts at 1 was zero a tenth of an interval before, and no further back does it go.
    let near = self::store(&[("m_total", "", &[1.0, 11.0, 21.0])]);
    assert_eq!(one(&near, "increase(m_total[100m])", 2 * MINUTE), 21.0);
    assert_eq!(eval(&near, &V2, "increase(m_total[100m])", 2 * MINUTE)[0].1, 21.0);
}

#[test]
fn growth_is_stretched_to_a_border_that_is_near() {
    let values: Vec<f64> = (0..10).map(|n| 1_000.0 + 10.0 * f64::from(n)).collect();
    let store = store(&[("m_total", "", &values)]);
    // Nine minutes of samples, 90 in all. 63 s are less than 1.1 intervals, and the whole gap counts; 69 s are
    // more, and half an interval counts.
    assert_eq!(one(&store, "increase(m_total[10m3s])", 9 * MINUTE), 100.5);
    assert_eq!(one(&store, "increase(m_total[10m9s])", 9 * MINUTE), 95.0);
    assert_eq!(one(&store, "delta(m_total[10m9s])", 9 * MINUTE), 95.0);
    assert_eq!(one(&store, "rate(m_total[10m] offset -1m)", 9 * MINUTE), 90.0 * (600.0 / 540.0) / 600.0);
    // Two samples, the first of which was reset in between: 5 lost, 3 counted since.
    let store = self::store(&[("m_total", "", &[5.0, 3.0])]);
    assert_eq!(one(&store, "increase(m_total[1m30s])", MINUTE), 3.0 * 1.5);
    assert_eq!(one(&store, "irate(m_total[2m])", MINUTE), 0.05);
}

#[test]
fn smoothing_has_the_names_of_both_versions() {
    let store = store(&[("m", "", &[1.0, 2.0, 3.0, 4.0])]);
    for name in ["holt_winters", "double_exponential_smoothing"] {
        assert_eq!(one(&store, &format!("{name}(m[10m], 0.5, 0.5)"), 3 * MINUTE), 4.0);
    }
}

#[test]
fn quantiles_of_buckets_are_interpolated() {
    let store = store(&[]);
    let buckets = |counts: [f64; 3]| {
        let of = |le: &str, count: f64| format!(r#"label_replace(vector({count}), "le", "{le}", "", "")"#);
        format!("{} or {} or {}", of("1", counts[0]), of("3", counts[1]), of("+Inf", counts[2]))
    };
    let quantile = |q: f64, counts| one(&store, &format!("histogram_quantile({q}, {})", buckets(counts)), 0);
    // 40 of 100 up to 1, 40 more up to 3: the 60th is half way between.
    assert_eq!(quantile(0.6, [40.0, 80.0, 100.0]), 2.0);
    assert_eq!(quantile(0.2, [40.0, 80.0, 100.0]), 0.5);
    assert_eq!(quantile(0.9, [40.0, 80.0, 100.0]), 3.0);
    assert!(quantile(0.5, [0.0, 0.0, 0.0]).is_nan());
    let fraction = format!("histogram_fraction(0.5, 2, {})", buckets([40.0, 80.0, 100.0]));
    assert_eq!(one(&store, &fraction, 0), 0.4);
}

#[test]
fn sides_are_matched_by_the_labels_named() {
    let store = store(&[("a", "x", &[6.0]), ("a", "y", &[9.0]), ("b", "x", &[2.0]), ("c", "", &[3.0])]);
    let eval = |query| eval(&store, &Options::default(), query, 0);
    assert_eq!(eval("a / b"), [(r#"{l="x"}"#.into(), 3.0)]);
    assert_eq!(eval("a / on() group_left c"), [(r#"{l="x"}"#.into(), 2.0), (r#"{l="y"}"#.into(), 3.0)]);
    assert_eq!(eval("a unless b"), [(r#"a{l="y"}"#.into(), 9.0)]);
    assert_eq!(eval("topk(1, a)"), [(r#"a{l="y"}"#.into(), 9.0)]);
    assert_eq!(eval("sort(-a)"), [(r#"{l="y"}"#.into(), -9.0), (r#"{l="x"}"#.into(), -6.0)]);
    let error = Query::parse("a / on() c").unwrap().instant(&store, &Options::default(), 0).unwrap_err();
    assert!(error.to_string().contains("many-to-one matching must be explicit"), "{error}");
}

#[test]
fn a_query_says_what_it_reads() {
    let query = Query::parse(
        r#"sum(rate(a_total{code=~"5.."}[1h] offset 5m)) > 0.1 and max_over_time(b[10m:1m]) < bool 3 unless c"#,
    )
    .unwrap();
    let reads: Vec<_> =
        query.selectors().into_iter().map(|one| (one.text, one.window_ms / MINUTE, one.until_ms)).collect();
    let expected = [(r#"a_total{code=~"5.."}"#, 65, 5 * MINUTE), ("b", 15, 0), ("c", 5, 0)];
    assert_eq!(reads, expected.map(|(text, window, until)| (text.to_owned(), window, until)));
    assert_eq!(query.reach_back_ms(), 65 * MINUTE);
}

#[test]
fn a_query_is_matched_when_every_selector_has_a_sample() {
    let store = store(&[("a", "", &[1.0]), ("b", "", &[1.0, 2.0])]);
    let matched = |query, time_ms| Query::parse(query).unwrap().matched(&store, &Options::default(), time_ms);
    assert!(matched("a + b", MINUTE));
    assert!(!matched("a + c", MINUTE));
    assert!(!matched("a", 5 * MINUTE), "the sample is as old as the lookback");
    assert!(matched("rate(a[10m])", 5 * MINUTE), "one sample is enough");
    assert!(!matched("rate(a[10m] offset 1m)", 0));
    assert!(matched("vector(1)", 0));
}

#[test]
fn a_selector_whose_absence_is_handled_need_not_match() {
    let store = store(&[("a", "", &[1.0]), ("b", "", &[1.0])]);
    let matched = |query| Query::parse(query).unwrap().matched(&store, &Options::default(), 0);
    for query in ["(sum(c) or vector(0)) / a", "c or 0 * a", "a or c", "absent(c)", "absent_over_time(c[5m])"]
    {
        assert!(matched(query), "{query}");
    }
    for query in
        ["(sum(c) or vector(0)) / d", "c or 0 * d", "a > 0 or c > 0", "c > 0 or a > 0", "absent(a) + c"]
    {
        assert!(!matched(query), "{query}");
    }
}

#[test]
fn range_queries_step_through_time() {
    let store = store(&[("a", "x", &[1.0, 2.0, 4.0])]);
    let range =
        |query| Query::parse(query).unwrap().range(&store, &Options::default(), 0, 2 * MINUTE, MINUTE);
    let Value::Matrix(rows) = range("a * 2").unwrap() else { panic!("no matrix") };
    let values: Vec<f64> = rows[0].samples.iter().map(|sample| sample.value).collect();
    assert_eq!(values, [2.0, 4.0, 8.0]);
    let Value::Matrix(rows) = range("a @ end() - a @ start()").unwrap() else { panic!("no matrix") };
    assert!(rows[0].samples.iter().all(|sample| sample.value == 3.0));
    assert!(Query::parse("a").unwrap().range(&store, &Options::default(), 0, 1, 0).is_err());
}

#[test]
fn what_is_too_much_or_unknown_is_refused() {
    let store = store(&[("a", "x", &[1.0; 30])]);
    let limited = Options { max_samples: 10, ..Options::default() };
    let query = Query::parse("sum_over_time(a[20m:1m])").unwrap();
    let error = query.instant(&store, &limited, 29 * MINUTE).unwrap_err();
    assert!(matches!(error, QueryError::Limit { .. }), "{error}");
    for text in
        ["(".repeat(10_000) + "1" + &")".repeat(10_000), "-".repeat(16_000) + "a", "a+".repeat(8_000) + "a"]
    {
        assert!(matches!(Query::parse(&text), Err(QueryError::Limit { .. })), "{}", &text[..10]);
    }
    let error = Query::parse("histogram_avg(a)").unwrap_err();
    assert_eq!(error.to_string(), "not supported: the function `histogram_avg`: it reads native histograms");
    let deep = "-abs(".repeat(95) + "a" + &")".repeat(95);
    assert_eq!(one(&store, &deep, 0), -1.0);
    for time_ms in [i64::MIN, i64::MAX] {
        let far = Query::parse("rate(a[5m:1m] offset 1y)").unwrap();
        assert!(matches!(far.instant(&store, &limited, time_ms), Err(QueryError::Limit { .. })));
    }
    assert!(matches!(Query::parse("sum(a"), Err(QueryError::Parse { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Over stored chunks the functions read summaries, over a subquery they read samples: both must agree.
    #[test]
    fn summaries_give_what_samples_give(
        steps in prop::collection::vec((0u32..50, prop::bool::weighted(0.02)), 200..600),
        window in 2i64..500,
    ) {
        let mut count = 0.0;
        let values: Vec<f64> = steps
            .into_iter()
            .map(|(step, reset)| {
                count = if reset { 0.0 } else { count + f64::from(step) };
                count
            })
            .collect();
        let store = store(&[("m_total", "", &values)]);
        let time_ms = (values.len() as i64 - 1) * MINUTE;
        for function in ["rate", "increase", "delta", "count_over_time", "sum_over_time", "avg_over_time",
            "min_over_time", "max_over_time", "last_over_time", "resets", "changes", "irate"] {
            let fast = one(&store, &format!("{function}(m_total[{window}m])"), time_ms);
            let slow = one(&store, &format!("{function}(m_total[{window}m:1m])"), time_ms);
            prop_assert!((fast - slow).abs() <= 1e-9 * fast.abs().max(1.0), "{}: {} is not {}", function, fast, slow);
        }
    }

    /// A straight counter that fills the window has its slope as rate, and its growth as increase.
    #[test]
    fn a_straight_counter_has_its_slope(slope in 1u32..1_000, length in 30u64..6_000, window in 5i64..20) {
        let mut store = Store::new(StoreOptions::default());
        let id = store.resolve(&[(NAME, "m_total")].into_iter().collect());
        let last = f64::from(slope) * 60.0 * (length - 1) as f64;
        store.append_line(id, 0, MINUTE, length, 0.0, last).unwrap();
        let time_ms = (length as i64 - 1) * MINUTE;
        let rate = one(&store, &format!("rate(m_total[{window}m])"), time_ms);
        prop_assert!((rate - f64::from(slope)).abs() < 1e-9 * rate);
        let all = Summary::of_all(store.samples(id, time_ms - window * MINUTE, time_ms)).unwrap();
        prop_assert_eq!(all.count, window as u64);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in r#"[a-z0-9_(){}\[\]"'`:.,+*/%^=!~<>@ -]{0,80}"#) {
        if let Ok(query) = Query::parse(&text) {
            let _ = query.instant(&store(&[("a", "x", &[1.0])]), &Options::default(), 0);
        }
    }
}

/// Expressions of every kind that a scale reaches into.
fn expression() -> impl Strategy<Value = String> {
    let modifiers = prop::sample::select(vec!["", " offset 3m", " offset -2m", " @ end()", " @ 600"]);
    let selector = (prop::sample::select(vec!["m", "n", "{__name__=~\"m|n\",l!=\"\"}"]), modifiers);
    let instant = selector.clone().prop_map(|(name, modifier)| format!("{name}{modifier}"));
    let range = (prop::sample::select(vec!["rate", "sum_over_time", "delta"]), selector, 2_u8..9)
        .prop_map(|(function, (name, modifier), window)| format!("{function}({name}[{window}m]{modifier})"));
    prop_oneof![instant, range, Just("3.5".to_string()), Just("vector(-2)".to_string())].prop_recursive(
        3,
        16,
        2,
        |inner| {
            let vector = inner.clone().prop_map(|it| format!("(vector(1) * ({it}))"));
            let binary = prop::sample::select(vec!["+", "/", "> bool", "^"]);
            prop_oneof![
                (inner.clone(), binary, inner).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
                vector.clone().prop_map(|it| format!("sum by (l) ({it})")),
                vector.clone().prop_map(|it| format!("-{it}")),
                vector.clone().prop_map(|it| format!("topk(1, {it}) or on (l) m")),
                vector.prop_map(|it| format!("max_over_time({it}[6m:2m])")),
            ]
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_query_that_is_printed_anew_means_the_same(text in expression()) {
        let values: Vec<f64> = (0..30).map(|it| f64::from(it * it)).collect();
        let store = store(&[("m", "a", &values), ("m", "b", &[4.0; 30]), ("n", "a", &[7.0; 30])]);
        let told = |text: &str| {
            let value = Query::parse(text).map(|query| query.instant(&store, &Options::default(), 20 * MINUTE));
            format!("{value:?}")
        };
        // What is no query by itself, such as a comparison of scalars, is none anew either.
        match observatory::promql::scaled(&text, 1.0) {
            Ok(anew) => prop_assert_eq!(told(&anew), told(&text), "{} as {}", text, anew),
            Err(error) => prop_assert!(Query::parse(&text).is_err(), "{text}: {error}"),
        }
    }
}
