//! A run that we know everything about, watched by the real Prometheus.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use hyper::StatusCode;
use live_world::timer::Timer;
use observatory::promql::{Options, Semantics};
use observatory::rules::{AlertState, Evaluator, EvaluatorOptions};
use observatory::series::{Labels, Store, StoreOptions};

use super::*;
use crate::live::http::{Server, text};
use crate::live::prometheus::{Prometheus, Settings, Target};
use crate::live::testing::{on_one_thread, sim, until};
use crate::live::tests::settings;

const RULES: &str = r#"
groups:
  - name: test
    interval: 200ms
    rules:
      - record: level:sum
        expr: sum(level)
      - alert: TooMuch
        expr: level:sum > 5
        for: 400ms
        labels: {severity: page}
      - alert: Nearly
        expr: level:sum > 8 and up == 1
      - alert: Blind
        expr: no_such_series > 1
  - name: alone
    interval: 300ms
    rules:
      - alert: Ambiguous
        expr: level * on (job) group_left () twice > 0
"#;

const SCENARIO: &str = r#"
scenario "known" { seed 1
  start 2026-01-05 09:00 UTC
  duration 1h }
service shop { endpoint buy GET "/" { call stock.take } }
service stock { endpoint take GET "/" { work cpu 1ms } }
load l on shop { mix { buy 100% }
  hold 1/s }
fault f on shop -> stock { from 1m for 1m
  abort 503 for 20% of requests }
slo good { objective 99% over 1h
  of shop requests without status 5xx }
expect {
  promql `sum(level) > 5` always during f
  promql `no_such_series` never during f
  promql `sum(level)` eventually at end
}
"#;

const LOOKBACK_MS: i64 = 2000;

/// Says a level, and requests, of which every tenth is bad; and, asked twice, something that cannot be multiplied.
async fn exporter(timer: &Timer, level: Rc<Cell<u32>>) -> (Server, Target) {
    let scrapes = Cell::new(0);
    let handler = move |_| {
        scrapes.set(scrapes.get() + 1);
        let count = |status, count| {
            format!(
                "http_server_request_duration_seconds_count{{service_name=\"shop\",http_response_status_code=\"{status}\"}} {count}\n"
            )
        };
        let twice = if level.get() == 6 { "twice{x=\"1\"} 1\ntwice{x=\"2\"} 1\n" } else { "" };
        let counts = count(200, scrapes.get() * 9) + &count(503, scrapes.get());
        text(StatusCode::OK, format!("level {}\n{twice}{counts}", level.get()))
    };
    let server = Server::start(timer, handler).await.unwrap();
    let address = server.address().to_string();
    (server, Target { job: "shop".to_owned(), instance: "shop-0".to_owned(), address })
}

fn plan() -> Plan {
    let file = tempfile::Builder::new().suffix(".scn").tempfile().unwrap();
    std::fs::write(file.path(), SCENARIO).unwrap();
    let (plan, findings) = crate::prepare::understand(file.path());
    plan.unwrap_or_else(|| panic!("{}", findings.text()))
}

/// What our own rules say of the samples that Prometheus has scraped, at the moments of its evaluations.
async fn ours(watched: &Watched<'_>, first_ms: i64) -> (Vec<AlertTransition>, Vec<RuleReport>) {
    let mut store = Store::new(StoreOptions { retention_ms: None });
    for selector in ["level", "up", "twice"] {
        for row in
            watched.api.samples(selector, watched.start_ms() - LOOKBACK_MS, watched.end_ms()).await.unwrap()
        {
            let id = store.resolve(&row.labels);
            row.samples.iter().for_each(|sample| store.append(id, sample.time_ms, sample.value).unwrap());
        }
    }
    let promql = Options { semantics: Semantics::V2, lookback_ms: LOOKBACK_MS, ..Options::default() };
    let options = EvaluatorOptions {
        default_interval_ms: 200,
        promql,
        external_labels: Labels::default(),
        start_ms: first_ms,
    };
    let mut file = watched.rules[0].0.clone();
    file.groups.truncate(1);
    let mut evaluator = Evaluator::new(vec![file], options);
    let mut transitions = Vec::new();
    while let Some(due_ms) = evaluator.next_due().filter(|due_ms| *due_ms <= watched.end_ms()) {
        transitions.extend(evaluator.evaluate(due_ms, &mut store).transitions);
    }
    (transitions, evaluator.reports())
}

#[test]
fn what_is_asked_afterwards_is_what_an_evaluator_of_our_own_has_seen_in_the_same_samples() {
    on_one_thread(async |timer| {
        let folder = tempfile::tempdir().unwrap();
        let level = Rc::new(Cell::new(1));
        let (_exporter, target) = exporter(&timer, level.clone()).await;
        let rules = vec![("rules.yml".to_owned(), RULES.to_owned())];
        let settings = Settings { targets: vec![target], rules, ..settings() };
        let prometheus = Prometheus::start(&timer, &sim(), folder.path(), &settings).await.unwrap();
        let api = prometheus.api();
        let firing = async |wanted: usize| {
            until(&timer, async || {
                match api.alerts().await?.iter().filter(|alert| alert.state == "firing").count() {
                    count if count == wanted => Ok(()),
                    count => Err(format!("{count} alerts fire")),
                }
            })
            .await;
        };
        // Prometheus writes no alerts before its third evaluation.
        timer.sleep(1_500_000_000).await;
        let start_ns = timer.clock().now_ns();
        timer.sleep(500_000_000).await;
        level.set(7);
        firing(1).await;
        level.set(6);
        timer.sleep(1_000_000_000).await;
        level.set(1);
        firing(0).await;
        timer.sleep(500_000_000).await;
        let end_ns = timer.clock().now_ns();

        let mut plan = plan();
        plan.scrape_interval = Duration::from_millis(200);
        plan.duration = Duration::from_nanos(end_ns.abs_diff(start_ns));
        (plan.faults[0].from, plan.faults[0].length) =
            (Duration::from_millis(300), Duration::from_millis(1000));
        let rules = [(RuleFile::parse("rules.yml", RULES).unwrap(), prometheus.file(0).to_owned())];
        let times = Times { origin_ns: start_ns, start_ns, end_ns, history_ns: None };
        let watched = Watched { api, plan: &plan, times, rules: &rules, lookback_ms: LOOKBACK_MS };
        let Evidence { transitions, rules, observations, budgets } = watched.evidence().await.unwrap();

        let (expected, reports) = ours(&watched, rules[0].stretches[0].from_ms).await;
        let steps: Vec<_> = expected.iter().map(|change| change.to).collect();
        assert_eq!(steps, [AlertState::Pending, AlertState::Firing, AlertState::Inactive]);
        assert_eq!(transitions, expected);
        assert_eq!(rules[..4], reports);
        assert_eq!(rules[2].reach.as_ref().map(|reach| (reach.value, reach.threshold)), Some((7.0, 8.0)));
        assert_eq!((rules[3].matched, rules[3].reach.is_none()), (0, true));

        let ambiguous = &rules[4];
        let error = ambiguous.last_error.as_deref().unwrap_or_default();
        assert!(error.contains("many-to-many") || error.contains("duplicate"), "{error}");
        assert!((1..ambiguous.evaluations).contains(&ambiguous.failures), "{ambiguous:?}");

        let [(0, level), (1, none), (2, end)] = &observations[..] else { panic!("{observations:?}") };
        assert_eq!(level.iter().map(|seen| seen.time_ns - start_ns).collect::<Vec<_>>().len(), 5);
        assert!(level.iter().all(|seen| seen.matched && seen.result.is_ok()), "{level:?}");
        assert!(none.iter().all(|seen| !seen.matched && seen.result == Ok(Vec::new())) && none.len() == 5);
        assert_eq!(end.last().unwrap().time_ns, end_ns);
        assert_eq!(end.last().unwrap().result, Ok(vec![("{}".to_owned(), 1.0)]));

        let [budget] = &budgets[..] else { panic!("one objective") };
        assert!(budget.bad > 10.0 && budget.total == budget.bad * 10.0, "{budget:?}");
    });
}
