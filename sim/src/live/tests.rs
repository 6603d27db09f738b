//! The real Prometheus and the real Alertmanager, started as a live run starts them.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use hyper::StatusCode;
use live_world::timer::Timer;
use observatory::alertmanager::Status;
use observatory::promql::Value;

use super::alertmanager::{Alertmanager, redirect::redirect};
use super::http::{Server, text};
use super::pages::Pages;
use super::prometheus::{Prometheus, Settings, Target};
use super::testing::{on_one_thread, sim, until};

const RULES: &str = r#"
groups:
  - name: test
    interval: 200ms
    rules:
      - alert: TooMuch
        expr: sum by (job) (level) > 5
        for: 400ms
        labels: {severity: page}
        annotations: {summary: "{{ $value }} & more = \"much\""}
"#;

const ROUTES: &str = r##"
route: {receiver: nobody, routes: [{matchers: [severity="page"], receiver: on call}], group_by: [alertname], group_wait: 100ms, group_interval: 300ms}
receivers:
  - name: nobody
  - name: on call
    slack_configs: [{channel: "#x", send_resolved: true}]
    pagerduty_configs: [{routing_key: k}]
    webhook_configs: [{url: "http://example.org/"}]
    email_configs: [{to: me@example.org, send_resolved: true}]
"##;

pub(super) fn settings() -> Settings {
    Settings {
        targets: Vec::new(),
        scrape_interval: Duration::from_millis(200),
        evaluation_interval: Duration::from_millis(200),
        lookback: Duration::from_secs(2),
        resend_delay: Duration::from_secs(1),
        alertmanagers: Vec::new(),
        rules: Vec::new(),
        history: None,
    }
}

/// Something to scrape that says what it is told to say.
async fn exporter(timer: &Timer, level: Rc<Cell<u32>>) -> (Server, Target) {
    let handler = move |_| text(StatusCode::OK, format!("# TYPE level gauge\nlevel {}\n", level.get()));
    let server = Server::start(timer, handler).await.unwrap();
    let address = server.address().to_string();
    (server, Target { job: "shop".to_owned(), instance: "shop-0".to_owned(), address })
}

#[test]
fn an_alert_reaches_every_integration_of_its_receiver_and_is_one_notification() {
    on_one_thread(async |timer| {
        let folder = tempfile::tempdir().unwrap();
        let level = Rc::new(Cell::new(1));
        let (_exporter, target) = exporter(&timer, level.clone()).await;
        let pages = Pages::start(&timer).await.unwrap();
        let config = redirect(ROUTES, Path::new("/"), pages.address()).unwrap();
        let alertmanager =
            Alertmanager::start(&timer, &sim(), &folder.path().join("am"), &config).await.unwrap();
        let settings = Settings {
            targets: vec![target],
            alertmanagers: vec![alertmanager.address().to_owned()],
            rules: vec![("rules.yml".to_owned(), RULES.to_owned())],
            ..settings()
        };
        let prometheus =
            Prometheus::start(&timer, &sim(), &folder.path().join("prometheus"), &settings).await.unwrap();

        level.set(7);
        until(&timer, async || match &pages.notifications()[..] {
            [page] if page.integrations.len() == 4 => Ok(()),
            other => Err(format!("{other:?}, {:?}", pages.problems())),
        })
        .await;
        let [page] = &pages.notifications()[..] else { panic!("one page") };
        assert_eq!((&*page.receiver, page.status, page.repeat), ("on call", Status::Firing, false));
        let labels = "{alertname=\"TooMuch\",job=\"shop\",severity=\"page\"}";
        assert_eq!(page.alerts[0].labels.to_string(), labels);
        assert_eq!(page.alerts[0].annotations[0].1, "7 & more = \"much\"");
        assert_eq!(page.group.to_string(), "{alertname=\"TooMuch\"}");
        let known = alertmanager.api().alerts().await.unwrap();
        assert_eq!(
            (known[0].labels.to_string(), &*known[0].receivers),
            (labels.to_owned(), &["on call".to_owned()][..])
        );
        assert_eq!(known[0].starts_at_ms, page.alerts[0].starts_at_ms);
        assert_eq!(prometheus.api().alerts().await.unwrap()[0].state, "firing");

        level.set(1);
        until(&timer, async || match pages.notifications().last() {
            Some(last) if last.status == Status::Resolved => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
        assert_eq!(pages.problems(), [""; 0]);
        assert!(pages.notifications().last().unwrap().alerts[0].ends_at_ms.is_some());
        assert!(prometheus.stop(&timer).await.success());
        assert!(alertmanager.stop(&timer).await.success());
    });
}

#[test]
fn a_past_that_prometheus_did_not_see_answers_for_long_windows() {
    on_one_thread(async |timer| {
        let folder = tempfile::tempdir().unwrap();
        let (_exporter, target) = exporter(&timer, Rc::new(Cell::new(3))).await;
        let now_ms = timer.clock().now_ns() / 1_000_000;
        let begin_ms = now_ms - 3 * 86_400_000;
        // 2.5 a second for three days, until a second ago.
        let mut history = "# TYPE requests counter\n".to_owned();
        for time_ms in (begin_ms..now_ms - 1000).step_by(60_000) {
            let (s, ms) = (time_ms / 1000, time_ms % 1000);
            let value = (time_ms - begin_ms) as f64 / 400.0;
            history += &format!("requests_total{{job=\"shop\"}} {value} {s}.{ms:03}\n");
        }
        history += "# EOF\n";
        let settings = Settings { targets: vec![target], history: Some(history), ..settings() };
        let prometheus =
            Prometheus::start(&timer, &sim(), &folder.path().join("prometheus"), &settings).await.unwrap();
        let api = prometheus.api();
        for window in ["1h", "1d", "3d"] {
            let rate = api.instant(&format!("sum(rate(requests_total[{window}]))"), now_ms).await.unwrap();
            let Value::Vector(elements) = rate else { panic!("not a vector") };
            assert!((elements[0].value - 2.5).abs() < 0.05, "{window}: {elements:?}");
        }
        let samples = api.samples("requests_total", begin_ms, begin_ms + 120_000).await.unwrap();
        let times: Vec<i64> = samples[0].samples.iter().map(|sample| sample.time_ms - begin_ms).collect();
        assert_eq!(times, [0, 60_000, 120_000]);
        // More points than one answer may have.
        let rows = api.range("sum(requests_total)", begin_ms, begin_ms + 2_500_000, 100).await.unwrap();
        assert_eq!(rows.len(), 1);
        let steps: Vec<i64> =
            rows[0].samples.windows(2).map(|pair| pair[1].time_ms - pair[0].time_ms).collect();
        assert!(steps.iter().filter(|&&step| step == 100).count() > 500, "the lookback is short");
        // What is scraped now goes on in the same store, under the names that it was told.
        until(&timer, async || {
            let now_ms = timer.clock().now_ns() / 1_000_000;
            match api.instant("level{job=\"shop\",instance=\"shop-0\"}", now_ms).await? {
                Value::Vector(elements) if elements.len() == 1 && elements[0].value == 3.0 => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
        .await;
        let refused = api.instant("sum(", now_ms).await.unwrap_err().to_string();
        assert!(refused.contains("Prometheus refuses the query: bad_data"), "{refused}");
    });
}

#[test]
fn rules_that_prometheus_refuses_are_told_in_its_words() {
    on_one_thread(async |timer| {
        let folder = tempfile::tempdir().unwrap();
        let rules = vec![(
            "rules.yml".to_owned(),
            "groups: [{name: x, rules: [{record: a, expr: 'sum('}]}]".to_owned(),
        )];
        let settings = Settings { rules, ..settings() };
        let started = Prometheus::start(&timer, &sim(), folder.path(), &settings).await;
        let error = started.err().unwrap();
        assert!(error.contains("has ended at once") && error.contains("parse error"), "{error}");
    });
}
