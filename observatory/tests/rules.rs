//! Rule files and what their evaluation leaves behind.

use observatory::promql::{Options, Query, Value};
use observatory::rules::{
    AlertState, Evaluation, Evaluator, EvaluatorOptions, KnownSeries, RuleFile, Values, alert_facts,
    unmatched,
};
use observatory::series::{Labels, Store, StoreOptions};
use proptest::prelude::*;

const MINUTE: i64 = 60_000;

fn file(text: &str) -> RuleFile {
    RuleFile::parse("test.yml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn evaluator(text: &str) -> Evaluator {
    let options = EvaluatorOptions {
        default_interval_ms: MINUTE,
        promql: Options::default(),
        external_labels: [("region", "eu"), ("team", "all")].into_iter().collect(),
        start_ms: 0,
    };
    Evaluator::new(vec![file(text)], options)
}

fn put(store: &mut Store, minute: i64, labels: &[(&str, &str)], value: f64) {
    let id = store.resolve(&labels.iter().copied().collect());
    store.append(id, minute * MINUTE, value).expect("in order");
}

/// The result of a query as lines `labels value`.
fn ask(store: &Store, query: &str, minute: i64) -> Vec<String> {
    let query = Query::parse(query).expect("valid PromQL");
    match query.instant(store, &Options::default(), minute * MINUTE).expect("it evaluates") {
        Value::Vector(vector) => vector.iter().map(|e| format!("{} {}", e.labels, e.value)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn recording_rules_name_label_and_end_series() {
    let mut evaluator = evaluator(
        "
groups:
  - name: g
    labels: {tier: one, team: shop}
    rules:
      - {record: 'job:x:sum', expr: 'sum by (job) (x)', labels: {tier: two}}
      - {record: y, expr: '2 * job:x:sum'}
      - {record: z, expr: '1 + 1'}
",
    );
    let mut store = Store::new(StoreOptions::default());
    for minute in 0..3 {
        put(&mut store, minute, &[("__name__", "x"), ("job", "a")], 2.0);
        if minute == 0 {
            put(&mut store, minute, &[("__name__", "x"), ("job", "b")], 3.0);
        } else if minute == 1 {
            put(&mut store, minute, &[("__name__", "x"), ("job", "b")], observatory::series::STALE_NAN);
        }
        evaluator.evaluate(minute * MINUTE, &mut store);
        let mut expected = vec!["job:x:sum{job=\"a\",team=\"shop\",tier=\"two\"} 2".to_string()];
        if minute == 0 {
            expected.push("job:x:sum{job=\"b\",team=\"shop\",tier=\"two\"} 3".to_string());
        }
        assert_eq!(ask(&store, "job:x:sum", minute), expected, "minute {minute}");
    }
    assert_eq!(
        ask(&store, "y", 2),
        ["y{job=\"a\",team=\"shop\",tier=\"one\"} 4"],
        "later rules see earlier ones"
    );
    assert_eq!(ask(&store, "z", 2), ["z{team=\"shop\",tier=\"one\"} 2"]);
}

const ALERT: &str = "
groups:
  - name: g
    rules:
      - alert: High
        expr: x > 5
        for: 2m
        labels: {severity: page, team: '{{ $labels.team }}-{{ $externalLabels.region }}'}
        annotations: {summary: '{{ $labels.job }} is at {{ $value }}', bad: '{{ .Nope }}'}
";

/// Feeds `x{job=\"a\"}` minute by minute.
fn feed(text: &str, values: &[f64]) -> (Evaluator, Store, Vec<Evaluation>) {
    let (mut evaluator, mut store) = (evaluator(text), Store::new(StoreOptions::default()));
    let step = |(minute, value): (usize, &f64)| {
        put(&mut store, minute as i64, &[("__name__", "x"), ("job", "a"), ("team", "t")], *value);
        evaluator.evaluate(minute as i64 * MINUTE, &mut store)
    };
    let evaluations = values.iter().enumerate().map(step).collect();
    (evaluator, store, evaluations)
}

#[test]
fn an_alert_goes_through_its_states_and_leaves_its_series() {
    let (_, store, evaluations) = feed(ALERT, &[6.0, 7.0, 8.0, 9.0, 1.0]);
    let changes: Vec<_> = evaluations
        .iter()
        .flat_map(|evaluation| &evaluation.transitions)
        .map(|change| (change.time_ms / MINUTE, change.from, change.to, change.value))
        .collect();
    use AlertState::{Firing, Inactive, Pending};
    assert_eq!(changes, [(0, Inactive, Pending, 6.0), (2, Pending, Firing, 8.0), (4, Firing, Inactive, 9.0)]);
    let series = |state: &str| {
        format!(
            "ALERTS{{alertname=\"High\",alertstate=\"{state}\",job=\"a\",severity=\"page\",team=\"t-eu\"}} 1"
        )
    };
    assert_eq!(ask(&store, "ALERTS", 1), [series("pending")]);
    assert_eq!(ask(&store, "ALERTS", 2), [series("firing")]);
    assert_eq!(ask(&store, "ALERTS", 4), [""; 0]);
    assert_eq!(ask(&store, "sum(ALERTS_FOR_STATE)", 3), ["{} 0"], "since the epoch, in seconds");
}

#[test]
fn sent_alerts_carry_filled_in_texts_and_external_labels() {
    let (_, _, evaluations) = feed(ALERT, &[6.0, 7.0, 8.0, 9.0, 1.0]);
    assert!(evaluations[1].alerts.is_empty(), "pending alerts are not sent");
    let [alert] = evaluations[2].alerts.as_slice() else { panic!("one alert is sent") };
    assert_eq!(
        alert.labels.to_string(),
        r#"{alertname="High",job="a",region="eu",severity="page",team="t-eu"}"#
    );
    assert_eq!(alert.annotations[1], ("summary".to_string(), "a is at 8".to_string()));
    assert_eq!(
        alert.annotations[0].1,
        "<error expanding template: error executing template __alert_High: can't evaluate field Nope>"
    );
    assert_eq!((alert.starts_at_ms, alert.ends_at_ms), (2 * MINUTE, None));
    assert_eq!(alert.valid_until_ms, Some(6 * MINUTE));
    assert!(evaluations[3].alerts.is_empty(), "one minute later is not after the resend delay");
    assert_eq!(evaluations[4].alerts[0].ends_at_ms, Some(4 * MINUTE));
}

#[test]
fn reports_tell_how_near_an_alert_came() {
    let text = "
groups:
  - name: g
    rules:
      - {alert: Both, expr: 'x > 10 and x * 2 > 50'}
      - {alert: Either, expr: 'x > 100 or x * 5 > 50'}
      - {alert: Low, expr: 'x < 2'}
      - {alert: Nothing, expr: 'nosuch > 1'}
      - {alert: Broken, expr: 'x > on (team) group_left () y'}
";
    let (evaluator, _, _) = feed(text, &[4.0, 8.0, 6.0]);
    let reports = evaluator.reports();
    let reach = |index: usize| {
        let reach = reports[index].reach.as_ref().expect("it compares");
        (reach.time_ms / MINUTE, reach.comparison.as_str(), reach.value, reach.threshold)
    };
    assert_eq!(reach(0), (1, "x * 2 > 50", 16.0, 50.0));
    assert_eq!(reach(1), (1, "x * 5 > 50", 40.0, 50.0));
    assert_eq!(reach(2), (0, "x < 2", 4.0, 2.0));
    assert_eq!(reports[3].reach, None);
    assert_eq!((reports[0].matched, reports[3].matched, reports[3].evaluations), (3, 0, 3));
    assert_eq!(reports[0].failures, 0);
}

/// One alert fires; a second exceeds the limit, and both are gone; then there is one again.
#[test]
fn alerts_over_the_limit_are_dropped_and_nothing_else_is_said() {
    let text = "groups: [{name: g, limit: 1, interval: 1m, rules: [{alert: Many, expr: 'x > 0'}]}]";
    let (mut evaluator, mut store) = (evaluator(text), Store::new(StoreOptions::default()));
    let mut changes = Vec::new();
    for (minute, b) in [(0, 0.0), (1, 1.0), (2, 1.0), (3, 0.0)] {
        put(&mut store, minute, &[("__name__", "x"), ("job", "a")], 1.0);
        put(&mut store, minute, &[("__name__", "x"), ("job", "b")], b);
        let evaluation = evaluator.evaluate(minute * MINUTE, &mut store);
        changes.extend(evaluation.transitions.iter().map(|change| (minute, change.from, change.to)));
        assert_eq!(evaluation.alerts.is_empty(), b > 0.0, "minute {minute}");
    }
    use AlertState::{Firing, Inactive};
    assert_eq!(changes, [(0, Inactive, Firing), (1, Firing, Inactive), (3, Inactive, Firing)]);
}

#[test]
fn errors_of_an_evaluation_are_reported_and_harm_no_other_rule() {
    let text = "
groups:
  - name: g
    limit: 1
    rules:
      - {record: same, expr: 'label_replace(x, \"job\", \"c\", \"\", \"\")'}
      - {record: many, expr: 'x'}
      - {alert: Many, expr: 'x > 0'}
      - {record: fine, expr: 'sum(x)'}
";
    let (mut evaluator, mut store) = (evaluator(text), Store::new(StoreOptions::default()));
    for job in ["a", "b"] {
        put(&mut store, 0, &[("__name__", "x"), ("job", job)], 1.0);
    }
    evaluator.evaluate(0, &mut store);
    let errors: Vec<_> = evaluator.reports().into_iter().map(|report| report.last_error).collect();
    assert!(errors[0].as_deref().is_some_and(|error| error.contains("same label")), "{errors:?}");
    assert_eq!(errors[1].as_deref(), Some("exceeded limit of 1 with 2 series"));
    assert_eq!(errors[2].as_deref(), Some("exceeded limit of 1 with 2 alerts"));
    assert_eq!(ask(&store, "fine", 0), ["fine 2"]);
}

#[test]
fn groups_are_due_at_multiples_of_their_interval() {
    let text = "
groups:
  - {name: slow, interval: 3m, rules: [{record: slow, expr: 'vector(1)'}]}
  - {name: quick, interval: 1m30s, query_offset: 10s, rules: [{record: quick, expr: 'vector(time())'}]}
";
    let (mut evaluator, mut store) = (evaluator(text), Store::new(StoreOptions::default()));
    let mut due = Vec::new();
    while let Some(at) = evaluator.next_due().filter(|at| *at <= 6 * MINUTE) {
        due.push(at / 1000);
        evaluator.evaluate(at, &mut store);
    }
    assert_eq!(due, [0, 90, 180, 270, 360]);
    let counts: Vec<_> = evaluator.reports().iter().map(|report| report.evaluations).collect();
    assert_eq!(counts, [3, 5]);
    assert_eq!(ask(&store, "timestamp(quick)", 6), ["{} 350"]);
    evaluator.evaluate(20 * MINUTE, &mut store);
    assert_eq!(evaluator.next_due(), Some(21 * MINUTE), "what was missed is not made up for");
    assert_eq!(ask(&store, "timestamp(slow)", 20), ["{} 1080"]);
}

#[test]
fn a_bad_rule_file_is_refused_with_place_and_cause() {
    for (text, place, cause) in [
        ("groups:\n  - name: g\n    intervall: 1m\n", "test.yml:3", "intervall"),
        ("groups: [{name: g, rules: [{record: a, expr: 'sum('}]}]", "group \"g\", rule \"a\"", "PromQL"),
        ("groups: [{name: g, rules: [{record: a, alert: b, expr: x}]}]", "\"g\"", "exclude"),
        ("groups: [{name: g, rules: [{expr: x}]}]", "\"g\"", "needs `record` or `alert`"),
        ("groups: [{name: g, rules: [{record: a, expr: x, for: 1m}]}]", "\"a\"", "belong to alerts"),
        ("groups: [{name: g, rules: [{record: 'a b', expr: x}]}]", "\"a b\"", "not a valid name"),
        ("groups: [{name: g, rules: [{alert: a, expr: x, for: 1 minute}]}]", "test.yml:1", "1 minute"),
        ("groups: [{name: g, rules: [{alert: a, expr: x, labels: {'x-y': z}}]}]", "\"a\"", "x-y"),
        (
            "groups: [{name: g, rules: [{alert: a, expr: x, annotations: {s: '{{ nope }}'}}]}]",
            "\"a\"",
            "not defined",
        ),
        ("groups: [{name: g}, {name: g}]", "\"g\"", "another group"),
        ("groups: [{name: g, rules: [{alert: a}]}]", "test.yml", "expr"),
        ("groups: 5", "test.yml:1", ""),
    ] {
        let error = RuleFile::parse("test.yml", text).expect_err(text).to_string();
        assert!(error.contains(place) && error.contains(cause), "{text}\n{error}");
    }
    let text = "groups:\n  - name: g\n    rules:\n      - record: ok\n        expr: x\n      - alert: A\n        expr: x >\n";
    assert_eq!(RuleFile::parse("test.yml", text).expect_err("half an expression").line, Some(6));
}

const BURNS: &str = "
groups:
  - name: g
    rules:
      - {record: 'ratio:1h', expr: 'sum(rate(bad[1h])) / sum(rate(all[1h]))'}
      - {record: 'ratio:5m', expr: 'sum(rate(bad[5m])) / sum(rate(all[5m]))'}
      - {alert: Recorded, expr: 'ratio:1h > (14.4 * 0.001) and ratio:5m > (14.4 * 0.001)', for: 2m}
      - {alert: Direct, expr: 'rate(bad[6h]) / rate(all[6h]) >= 6 * (1 - 0.99) and rate(bad[30m]) / rate(all[30m]) > 6 * (1 - 0.99)'}
      - alert: Either
        expr: (ratio:1h > (14.4*0.001) and ratio:5m > (14.4*0.001)) or (rate(bad[6h]) / rate(all[6h]) > (6*0.001))
      - {alert: Plain, expr: 'ratio:1h > 0.5'}
      - {alert: Unknown, expr: 'mystery > 2 * 0.3'}
";

#[test]
fn burn_rate_alerts_are_recognised() {
    let facts = alert_facts(&[file(BURNS)], MINUTE);
    let rates = |index: usize| -> Vec<(f64, i64, f64)> {
        let rounded = |x: f64| (x * 1e9).round() / 1e9;
        facts[index].burn_rates.iter().map(|r| (r.factor, r.window_ms / MINUTE, rounded(r.budget))).collect()
    };
    assert_eq!(rates(0), [(14.4, 60, 0.001)]);
    assert_eq!(rates(1), [(6.0, 360, 0.01)]);
    assert_eq!(rates(2), [(14.4, 60, 0.001), (6.0, 360, 0.001)]);
    assert_eq!((rates(3), rates(4)), (vec![], vec![]));
    assert_eq!((&*facts[0].name, facts[0].for_ms, facts[0].interval_ms), ("Recorded", 2 * MINUTE, MINUTE));
    let shipped = file(include_str!("../../compose/prometheus/rules/slo-orders-availability.yml"));
    let shipped = alert_facts(&[shipped], MINUTE);
    let windows: Vec<_> = shipped.iter().map(|alert| alert.burn_rates[0].window_ms / MINUTE / 60).collect();
    assert_eq!(windows, [1, 6, 24, 72]);
}

#[test]
fn selectors_that_nothing_can_match_are_named_with_the_nearest() {
    let one_of = |values: &[&str]| Values::OneOf(values.iter().map(|value| value.to_string()).collect());
    let known = [KnownSeries {
        labels: vec![
            ("__name__".to_string(), one_of(&["requests_total"])),
            ("service".to_string(), one_of(&["orders", "users"])),
            ("instance".to_string(), Values::Any),
        ],
    }];
    let rules = file(
        "
groups:
  - name: g
    rules:
      - {record: rec, expr: 'rate(requests_total{service=\"orders\", instance=~\"x.*\", other=\"\"}[5m])', labels: {a: b}}
      - {record: bad_name, expr: 'rate(request_total[5m])'}
      - {record: bad_value, expr: 'requests_total{service=\"order\"}'}
      - {record: bad_label, expr: 'requests_total{srevice=\"orders\"}'}
      - {record: bad_recorded, expr: 'rec{a=\"c\"}'}
      - {alert: Fine, expr: 'rec{a=\"b\", whatever=\"x\"} > 1 or up{job=\"x\"} == 0 or ALERTS{alertname=\"y\"} or requests_total{service!=\"orders\"}'}
",
    );
    let found: Vec<_> =
        unmatched(&[rules], &known).into_iter().map(|u| (u.rule, u.nearest.unwrap_or_default())).collect();
    let expected = [
        ("bad_name", "requests_total"),
        ("bad_value", "service=\"orders\""),
        ("bad_label", "requests_total without the label srevice"),
        ("bad_recorded", "a=\"b\""),
    ];
    assert_eq!(found, expected.map(|(rule, nearest)| (rule.to_string(), nearest.to_string())));
}

#[test]
fn the_shipped_rules_are_read_unchanged() {
    for text in [
        include_str!("../../compose/prometheus/rules/red.yml"),
        include_str!("../../compose/prometheus/rules/slo-orders-availability.yml"),
    ] {
        assert!(!file(text).groups.is_empty());
    }
}

proptest! {
    /// Two evaluators that see the same samples say and leave behind the same.
    #[test]
    fn evaluation_is_deterministic(values in prop::collection::vec(0.0_f64..10.0, 1..40)) {
        let run = || {
            let (evaluator, store, evaluations) = feed(ALERT, &values);
            let left: Vec<_> = ["ALERTS", "ALERTS_FOR_STATE"]
                .iter()
                .map(|query| ask(&store, query, values.len() as i64 - 1))
                .collect();
            (evaluator.reports(), evaluations, left)
        };
        prop_assert_eq!(run(), run());
    }

    /// Any bytes give a rule file or an error, never a panic.
    #[test]
    fn no_text_makes_the_reader_panic(text in "(groups:|name|rules|expr|alert|[-:{}\\[\\] \n\"a-z0-9$|.(]){0,40}") {
        let _ = RuleFile::parse("any.yml", &text);
        let in_template = serde_json::json!({"groups": [{"name": "g", "rules": [
            {"alert": "A", "expr": "vector(1)", "annotations": {"a": format!("{{{{{text}}}}}{text}")}}]}]});
        if let Ok(rules) = RuleFile::parse("any.yml", &in_template.to_string()) {
            let options = EvaluatorOptions {
                default_interval_ms: MINUTE,
                promql: Options::default(),
                external_labels: Labels::default(),
                start_ms: 0,
            };
            Evaluator::new(vec![rules], options).evaluate(0, &mut Store::new(StoreOptions::default()));
        }
    }
}
