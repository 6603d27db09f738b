//! Routes, grouping, waits, repeats, resolved notifications and inhibition, with exact times.

use observatory::alertmanager::{Alertmanager, Config, Notification, Status};
use observatory::rules::Alert;
use observatory::series::Labels;
use proptest::prelude::*;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().copied().collect()
}

fn firing(pairs: &[(&str, &str)], since: i64) -> Alert {
    Alert {
        labels: labels(pairs),
        annotations: Vec::new(),
        starts_at_ms: since,
        ends_at_ms: None,
        valid_until_ms: Some(since + 1000 * HOUR),
    }
}

fn resolved(pairs: &[(&str, &str)], since: i64, end: i64) -> Alert {
    Alert { ends_at_ms: Some(end), valid_until_ms: None, ..firing(pairs, since) }
}

fn manager(text: &str) -> Alertmanager {
    Alertmanager::new(Config::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}")))
}

/// One line for each notification: seconds, receiver, status, `repeat`, and the `alertname`s with their states.
fn lines(notifications: &[Notification]) -> Vec<String> {
    let line = |n: &Notification| {
        let alerts: Vec<String> = n
            .alerts
            .iter()
            .map(|a| {
                let sign = if a.status == Status::Firing { "" } else { "-" };
                format!("{sign}{}", a.labels.get("alertname").unwrap_or("?"))
            })
            .collect();
        let repeat = if n.repeat { " repeat" } else { "" };
        format!("{} {} {:?}{repeat} {}", n.time_ms / SECOND, n.receiver, n.status, alerts.join(","))
    };
    notifications.iter().map(line).collect()
}

const ONE_WEBHOOK: &str = "
route: {receiver: hook, group_by: [service]}
receivers: [{name: hook, webhook_configs: [{url: 'http://127.0.0.1:9/'}]}]
";

#[test]
fn routes_as_amtool_does() {
    let manager = manager(
        "
route:
  receiver: fallback
  routes:
    - matchers: [severity=\"page\"]
      receiver: pager
      continue: true
    - match_re: {severity: page|warn}
      receiver: chat
      routes:
        - match: {team: shop}
          receiver: shop-chat
    - matchers: ['severity=~\"info|page\"']
      receiver: archive
receivers: [{name: fallback}, {name: pager}, {name: chat}, {name: shop-chat}, {name: archive}]
",
    );
    for (given, expected) in [
        (labels(&[]), vec!["fallback"]),
        (labels(&[("severity", "page")]), vec!["pager", "chat"]),
        (labels(&[("severity", "page"), ("team", "shop")]), vec!["pager", "shop-chat"]),
        (labels(&[("severity", "warn")]), vec!["chat"]),
        (labels(&[("severity", "info")]), vec!["archive"]),
    ] {
        assert_eq!(manager.routes_for(&given), expected, "{given}");
    }
    assert_eq!(manager.receivers(), ["archive", "chat", "fallback", "pager", "shop-chat"]);
}

#[test]
fn a_group_waits_collects_and_then_keeps_its_interval() {
    let mut manager = manager(ONE_WEBHOOK);
    let a = [("alertname", "A"), ("service", "x")];
    let b = [("alertname", "B"), ("service", "x")];
    let other = [("alertname", "C"), ("service", "y")];
    manager.receive(0, &[firing(&a, 0)]);
    assert_eq!(manager.next_due(), Some(30 * SECOND));
    assert!(manager.advance(29_999).is_empty());
    manager.receive(20 * SECOND, &[firing(&b, 20 * SECOND), firing(&other, 20 * SECOND)]);
    assert_eq!(lines(&manager.advance(30 * SECOND)), ["30 hook Firing A,B"]);
    assert_eq!(lines(&manager.advance(60 * SECOND)), ["50 hook Firing C"]);
    let late = [("alertname", "L"), ("service", "x")];
    manager.receive(MINUTE, &[firing(&late, MINUTE)]);
    assert_eq!(
        lines(&manager.advance(10 * MINUTE)),
        ["330 hook Firing A,B,L"],
        "the next tick, not group_wait"
    );
}

#[test]
fn an_alert_older_than_group_wait_is_notified_at_once() {
    let mut manager = manager(ONE_WEBHOOK);
    manager.receive(10 * MINUTE, &[firing(&[("alertname", "A")], 0)]);
    assert_eq!(lines(&manager.advance(10 * MINUTE)), ["600 hook Firing A"]);
}

#[test]
fn repeats_come_at_the_first_tick_after_repeat_interval() {
    let mut manager = manager(ONE_WEBHOOK);
    manager.receive(0, &[firing(&[("alertname", "A")], 0)]);
    let got = lines(&manager.advance(9 * HOUR));
    let (first, second) = (30, 30 + 4 * 3600 + 300);
    assert_eq!(
        got,
        [
            format!("{first} hook Firing A"),
            format!("{second} hook Firing repeat A"),
            format!("{} hook Firing repeat A", second + 4 * 3600 + 300),
        ]
    );
}

#[test]
fn resolved_alerts_are_told_once_and_forgotten() {
    let mut manager = manager(ONE_WEBHOOK);
    let a = [("alertname", "A")];
    manager.receive(0, &[firing(&a, 0)]);
    manager.advance(MINUTE);
    for minute in 2..=16 {
        manager.receive(minute * MINUTE, &[resolved(&a, 0, 2 * MINUTE)]);
        let got = lines(&manager.advance(minute * MINUTE));
        if minute == 6 {
            assert_eq!(got, ["330 hook Resolved -A"]);
        } else {
            assert!(got.is_empty(), "minute {minute}: {got:?}");
        }
    }
    assert_eq!(manager.next_due(), None);
    manager.receive(20 * MINUTE, &[firing(&a, 20 * MINUTE)]);
    assert_eq!(lines(&manager.advance(HOUR)), ["1230 hook Firing A"], "a new group waits group_wait again");
}

#[test]
fn what_fires_and_resolves_before_the_first_flush_is_never_told() {
    let mut manager = manager(ONE_WEBHOOK);
    let a = [("alertname", "A")];
    manager.receive(0, &[firing(&a, 0)]);
    manager.receive(10 * SECOND, &[resolved(&a, 0, 10 * SECOND)]);
    assert!(manager.advance(HOUR).is_empty());
    assert_eq!(manager.fates()[0].first_notified_ms, None);
}

#[test]
fn an_alert_that_is_not_sent_again_resolves_after_resolve_timeout() {
    let mut manager = manager(ONE_WEBHOOK);
    let silent = Alert { valid_until_ms: None, ..firing(&[("alertname", "A")], 0) };
    manager.receive(0, &[silent]);
    let got = manager.advance(HOUR);
    assert_eq!(lines(&got), ["30 hook Firing A", "330 hook Resolved -A"]);
    assert_eq!(got[1].alerts[0].ends_at_ms, Some(5 * MINUTE));
}

#[test]
fn each_integration_hears_of_resolved_alerts_as_it_is_set_up() {
    let mut manager = manager(
        "
route: {receiver: all, group_by: [service], group_interval: 1m}
receivers:
  - name: all
    slack_configs: [{channel: '#x', api_url: 'http://127.0.0.1:9/'}]
    email_configs: [{to: a@example.com, send_resolved: true}]
    pagerduty_configs: [{routing_key: k}]
    webhook_configs: [{url: 'http://127.0.0.1:9/'}]
",
    );
    let (a, b) = ([("alertname", "A")], [("alertname", "B")]);
    manager.receive(0, &[firing(&a, 0), firing(&b, 0)]);
    let got = manager.advance(30 * SECOND);
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].integrations, ["email", "pagerduty", "slack", "webhook"]);
    manager.receive(MINUTE, &[resolved(&a, 0, MINUTE)]);
    let got = manager.advance(90 * SECOND);
    assert_eq!(lines(&got), ["90 all Firing B,-A"], "part of the group goes on firing: news only to some");
    assert_eq!(got[0].integrations, ["email", "pagerduty", "webhook"]);
    manager.receive(2 * MINUTE, &[resolved(&b, 0, 2 * MINUTE)]);
    let got = manager.advance(HOUR);
    assert_eq!(lines(&got), ["150 all Resolved -B"]);
    assert_eq!(got[0].integrations, ["email", "pagerduty", "webhook"]);
}

const INHIBITING: &str = "
route: {receiver: hook, group_by: ['...'], group_wait: 10s, group_interval: 1m}
receivers: [{name: hook, webhook_configs: [{url: 'http://127.0.0.1:9/'}]}]
inhibit_rules:
  - {source_matchers: [severity=\"page\"], target_matchers: ['severity=~\"page|ticket\"'], equal: [slo]}
";

#[test]
fn a_page_inhibits_the_ticket_of_the_same_slo_only() {
    let mut manager = manager(INHIBITING);
    let page = [("alertname", "Page"), ("severity", "page"), ("slo", "x")];
    let ticket = [("alertname", "Ticket"), ("severity", "ticket"), ("slo", "x")];
    let foreign = [("alertname", "Foreign"), ("severity", "ticket"), ("slo", "y")];
    manager.receive(0, &[firing(&page, 0), firing(&ticket, 0), firing(&foreign, 0)]);
    let got = lines(&manager.advance(5 * MINUTE));
    assert_eq!(
        got,
        ["10 hook Firing Foreign", "10 hook Firing Page"],
        "the page matches both sides and passes"
    );
    manager.receive(5 * MINUTE, &[resolved(&page, 0, 5 * MINUTE)]);
    let got = lines(&manager.advance(6 * MINUTE));
    assert_eq!(got, ["310 hook Resolved -Page", "310 hook Firing Ticket"]);
    let fate = manager.fates().into_iter().find(|fate| fate.labels == labels(&ticket)).expect("it arrived");
    assert_eq!(fate.inhibited_by, Some((labels(&page), 10 * SECOND)));
    assert_eq!(fate.first_notified_ms, Some(310 * SECOND));
}

#[test]
fn two_alerts_that_match_both_sides_do_not_silence_each_other() {
    let mut manager = manager(INHIBITING);
    let one = [("alertname", "One"), ("severity", "page"), ("slo", "x")];
    let two = [("alertname", "Two"), ("severity", "page"), ("slo", "x")];
    manager.receive(0, &[firing(&one, 0), firing(&two, 0)]);
    assert_eq!(lines(&manager.advance(MINUTE)), ["10 hook Firing One", "10 hook Firing Two"]);
}

#[test]
fn refuses_a_bad_configuration_and_says_why() {
    let receivers = "receivers: [{name: a}]";
    for (text, cause) in [
        ("route: {receiver: b}\nreceivers: [{name: a}]".to_string(), "`b` is not defined; defined are: a"),
        (format!("route: {{receiver: a, grup_by: [x]}}\n{receivers}"), "grup_by"),
        (format!("route: {{receiver: a, matchers: [x=1]}}\n{receivers}"), "no matchers"),
        (format!("route: {{receiver: a, group_by: ['...', x]}}\n{receivers}"), "stand alone"),
        (format!("route: {{receiver: a, group_interval: 0s}}\n{receivers}"), "above zero"),
        (format!("route: {{receiver: a, repeat_interval: 4 hours}}\n{receivers}"), "4 hours"),
        (format!("route: {{receiver: a, routes: [{{receiver: c}}]}}\n{receivers}"), "route.routes[0]"),
        (
            format!("route: {{receiver: a, routes: [{{mute_time_intervals: [x]}}]}}\n{receivers}"),
            "not simulated",
        ),
        ("route: {receiver: a}\nreceivers: [{name: a}, {name: a}]".to_string(), "defined twice"),
        ("route: {receiver: a}\nreceivers: [{name: a, pigeon_configs: []}]".to_string(), "pigeon_configs"),
        ("receivers: [{name: a}]".to_string(), "route"),
        (format!("global: {{resolve_timeout: soon}}\nroute: {{receiver: a}}\n{receivers}"), "soon"),
        (format!("global: {{reslove_timeout: 5m}}\nroute: {{receiver: a}}\n{receivers}"), "reslove_timeout"),
    ] {
        let error = Config::parse(&text).expect_err(&text).to_string();
        assert!(error.contains(cause), "{text}\n{error}");
    }
    let error = Config::parse("route:\n  receiver: a\n  grup_by: [x]\n").expect_err("unknown key");
    assert_eq!(error.line, Some(3), "{error}");
}

proptest! {
    /// The same deliveries, however often time is advanced in between.
    #[test]
    fn the_pace_of_advance_does_not_show(
        events in prop::collection::vec((0_i64..3600, 0_usize..4, any::<bool>()), 1..20),
        step in 1_i64..600,
    ) {
        let mut events = events;
        events.sort_unstable();
        let names = ["A", "B", "C", "D"];
        let run = |step: Option<i64>| {
            let mut manager = manager(ONE_WEBHOOK);
            let mut all = Vec::new();
            let mut clock = 0;
            for (second, name, fires) in &events {
                if let Some(step) = step {
                    while clock + step < *second {
                        clock += step;
                        all.extend(manager.advance(clock * SECOND));
                    }
                }
                all.extend(manager.advance(second * SECOND - 1));
                let pairs = [("alertname", names[*name]), ("service", if *name < 2 { "x" } else { "y" })];
                let at = second * SECOND;
                manager.receive(at, &[if *fires { firing(&pairs, at) } else { resolved(&pairs, 0, at) }]);
                all.extend(manager.advance(at));
            }
            all.extend(manager.advance(10 * HOUR));
            (all, manager.fates())
        };
        prop_assert_eq!(run(None), run(Some(step)));
    }
}

/// The shipped routes: pages to the one on call, tickets to the queue, all else to the chat.
#[test]
fn the_shipped_routes_lead_where_they_say() {
    let manager = manager(include_str!("../../compose/alertmanager/alertmanager.yml"));
    let to = |severity| manager.routes_for(&labels(&[("severity", severity)]));
    assert_eq!(to("page"), ["sre-oncall"]);
    assert_eq!(to("ticket"), ["sre-tickets"]);
    assert_eq!(to("info"), ["sre-chat"]);
}
