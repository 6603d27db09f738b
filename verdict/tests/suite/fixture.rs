//! A plan and its flight as the burn-rate scenario has them, and short ways to bend them.
//!
//! The run takes two hours from 2026-01-05 09:00 UTC; `bad-deploy` acts from 75m to 85m. The flight is as expected:
//! `Burn` fires at 79m30s and pages `oncall` at 80m, `Ticket` never does, and the twin is silent.

use std::time::Duration;

use observatory::alertmanager::{Fate, Notification, NotifiedAlert, Status};
use observatory::logs::{LogStore, LogStoreOptions};
use observatory::rules::{AlertState, AlertTransition, Reach, RuleReport, Stretch};
use observatory::series::Labels;
use observatory::traces::{TraceStore, TraceStoreOptions};
use scenario_lang::plan::*;
use scenario_lang::quantity::{Anchor, Value, When};
use scenario_lang::vocabulary::Phrase;
use sim_core::effect::{Effect, Hit};
use sim_core::load::{Outcome as Answer, Outcomes};
use sim_core::random::RequestKey;
use sim_core::telemetry::{Catalog, SpanId, TraceId};
use verdict::flight::{Budget, Flight, Synthetic, Traffic};
use verdict::journal::{Journal, World};
use verdict::verdict::{EvidenceKind, Verdict};

pub(crate) const START_NS: i64 = 1_767_603_600_000_000_000;
pub(crate) const MINUTE_NS: i64 = 60_000_000_000;

/// A moment of the run in nanoseconds, from minutes after its start.
pub(crate) fn ns(minutes: f64) -> i64 {
    START_NS + (minutes * MINUTE_NS as f64) as i64
}

/// Likewise in milliseconds.
pub(crate) fn ms(minutes: f64) -> i64 {
    ns(minutes) / 1_000_000
}

pub(crate) fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

pub(crate) fn within(limit: u64, fault: &str, end: bool) -> When {
    When::Within { limit: minutes(limit), of: anchor(fault, end) }
}

pub(crate) fn anchor(fault: &str, end: bool) -> Anchor {
    Anchor { fault: fault.to_owned(), end }
}

pub(crate) fn during(fault: &str) -> When {
    When::During { fault: fault.to_owned(), after: Duration::ZERO }
}

/// A check of some form of a keyword.
pub(crate) fn check(keyword: &str, form: usize, values: &[(&str, Value)], faults: &[usize]) -> Check {
    let text = format!("{keyword} {form}");
    Check {
        text: text.clone(),
        at: Place { file: "burn-rate.scn".to_owned(), line: 30 },
        phrase: Phrase {
            text,
            keyword: keyword.to_owned(),
            form,
            values: values.iter().map(|(slot, value)| ((*slot).to_owned(), value.clone())).collect(),
        },
        faults: faults.to_vec(),
    }
}

pub(crate) fn name(name: &str) -> Value {
    Value::Name(name.to_owned())
}

pub(crate) fn labels(alert: &str) -> Labels {
    Labels::from_iter([("alertname", alert), ("severity", "page")])
}

pub(crate) fn transition(minute: f64, alert: &str, from: AlertState, to: AlertState) -> AlertTransition {
    AlertTransition {
        time_ms: ms(minute),
        alert: alert.to_owned(),
        labels: labels(alert),
        from,
        to,
        value: 16.25,
    }
}

/// An alert that is pending, fires and is resolved at these minutes.
pub(crate) fn firing(alert: &str, pending: f64, from: f64, to: Option<f64>) -> Vec<AlertTransition> {
    use AlertState::{Firing, Inactive, Pending};
    let mut changes =
        vec![transition(pending, alert, Inactive, Pending), transition(from, alert, Pending, Firing)];
    changes.extend(to.map(|to| transition(to, alert, Firing, Inactive)));
    changes
}

pub(crate) fn rule(name: &str) -> RuleReport {
    RuleReport {
        file: "rules/burn.yml".to_owned(),
        group: "burn".to_owned(),
        name: name.to_owned(),
        alerting: true,
        interval_ms: 15_000,
        evaluations: 480,
        failures: 0,
        last_error: None,
        matched: 470,
        reach: Some(Reach {
            time_ms: ms(75.5),
            comparison: "burn > 14.4".to_owned(),
            value: 3.2,
            threshold: 14.4,
        }),
        for_ms: 120_000,
        stretches: vec![stretch(0, 10, false), stretch(10, 470, true)],
    }
}

/// Evaluations every 15 seconds, after so many others.
pub(crate) fn stretch(after: u64, count: u64, matched: bool) -> Stretch {
    let time_ms = |index: u64| ms(index as f64 / 4.0);
    let (from_ms, to_ms) = (time_ms(after), time_ms(after + count - 1));
    Stretch { from_ms, to_ms, count, matched: if matched { count } else { 0 }, failed: 0 }
}

/// A rule with a selector that never matches.
pub(crate) fn unmatched(name: &str) -> RuleReport {
    RuleReport { matched: 0, reach: None, stretches: vec![stretch(0, 480, false)], ..rule(name) }
}

pub(crate) fn page(minute: f64, receiver: &str, alert: &str) -> Notification {
    let starts_at_ms = ms(minute) - 30_000;
    Notification {
        time_ms: ms(minute),
        receiver: receiver.to_owned(),
        integrations: vec!["pagerduty".to_owned()],
        group: Labels::from_iter([("alertname", alert)]),
        status: Status::Firing,
        repeat: false,
        alerts: vec![NotifiedAlert {
            labels: labels(alert),
            status: Status::Firing,
            annotations: vec![("summary".to_owned(), "the budget burns".to_owned())],
            starts_at_ms,
            ends_at_ms: None,
        }],
    }
}

pub(crate) fn resolution(minute: f64, receiver: &str, alert: &str) -> Notification {
    let mut sent = page(minute, receiver, alert);
    sent.status = Status::Resolved;
    sent.alerts[0].status = Status::Resolved;
    sent.alerts[0].ends_at_ms = Some(ms(minute));
    sent
}

pub(crate) fn fate(alert: &str, receivers: &[&str], minute: f64) -> Fate {
    Fate {
        labels: labels(alert),
        receivers: receivers.iter().map(|receiver| (*receiver).to_owned()).collect(),
        inhibited_by: None,
        first_seen_ms: ms(minute),
        first_notified_ms: None,
    }
}

pub(crate) fn plan(checks: Vec<Check>) -> Plan {
    let service = |name: &str| Service {
        name: name.to_owned(),
        at: None,
        replicas: 2,
        workers: 64,
        cores: 1,
        telemetry: Telemetry::Otel,
        endpoints: vec![],
    };
    let phrase = |text: &str, keyword: &str, slot: &str, value| Phrase {
        text: text.to_owned(),
        keyword: keyword.to_owned(),
        form: 0,
        values: vec![(slot.to_owned(), value)],
    };
    let abort = Action {
        text: "abort 503 for 20% of requests".to_owned(),
        phrase: phrase("abort 503", "abort", "status", Value::Status(503)),
        share: 0.2,
    };
    let hold = phrase("hold 80/s", "hold", "rate", Value::Rate(80.0));
    Plan {
        name: "burn-rate".to_owned(),
        description: "A bad deploy fails 20 % of orders for ten minutes.".to_owned(),
        module: Some(3),
        seed: 42,
        start_unix_ns: START_NS,
        duration: minutes(120),
        history: Some(History { length: Duration::from_secs(3 * 86_400), rate: 80.0 }),
        scrape_interval: Duration::from_secs(15),
        time_scale: 1.0,
        services: vec![service("api-gateway"), service("order-service")],
        databases: vec![],
        loads: vec![Load {
            name: "shoppers".to_owned(),
            service: 0,
            arrivals: Arrivals::Poisson,
            mix: vec![],
            closed: false,
            think: None,
            shapes: vec![hold],
        }],
        faults: vec![Fault {
            name: "bad-deploy".to_owned(),
            edge: Edge { from: 0, to: Node::Service(1) },
            from: minutes(75),
            length: minutes(10),
            actions: vec![abort],
        }],
        slos: vec![Slo {
            name: "orders".to_owned(),
            objective: 0.999,
            period: Duration::from_secs(30 * 86_400),
            service: 0,
            bad: Bad::StatusClass(5),
        }],
        rules: vec!["rules/burn.yml".to_owned()],
        routes: Some("alertmanager.yml".to_owned()),
        checks,
    }
}

pub(crate) fn flight() -> Flight {
    let hit = Hit { time_ns: ns(75.1), trace_id: TraceId(0xabc), span_id: SpanId(0x12), actions: 0b1 };
    let mut outcomes = Outcomes::new(&[ns(0.0), ns(75.0), ns(85.0), ns(120.0)]);
    (outcomes.planned, outcomes.sent) = (1_200, 1_200);
    for index in 0..1_200 {
        let intended_ns = ns(f64::from(index) / 10.0);
        let bad = (ns(75.0)..ns(85.0)).contains(&intended_ns) && index % 5 == 0;
        let latency_ns = if bad { 2_000_000 } else { 1_000_000 + i64::from(index % 10) * 100_000 };
        let status = if bad { 503 } else { 200 };
        outcomes.record(Answer { intended_ns, end_ns: intended_ns + latency_ns, status });
    }
    let traffic = |minute: u32| {
        let sent = u64::from(minute.min(10) * 360 + 1_200);
        let errors = if (75..85).contains(&minute) { sent / 5 } else { 0 };
        let from_ns = ns(f64::from(minute));
        Traffic { from_ns, to_ns: from_ns + MINUTE_NS, sent, errors }
    };
    let notified = Some(ms(80.0));
    Flight {
        start_ns: START_NS,
        end_ns: ns(120.0),
        effects: vec![Effect {
            seen: 412_345,
            matched: 33_512,
            hits: vec![hit; 6_702],
            spared: vec![RequestKey { trace_id: TraceId(0xabd), span_id: SpanId(0x13) }],
            unrecorded: 26_809,
        }],
        transitions: firing("Burn", 77.5, 79.5, Some(90.0)),
        rules: vec![rule("Burn"), rule("Ticket")],
        notifications: vec![page(80.0, "oncall", "Burn"), resolution(95.0, "oncall", "Burn")],
        fates: vec![Fate { first_notified_ms: notified, ..fate("Burn", &["oncall"], 79.5) }],
        traces: TraceStore::new(TraceStoreOptions::default()),
        logs: LogStore::new(LogStoreOptions::default()),
        catalog: Catalog::default(),
        outcomes,
        observations: vec![],
        budgets: vec![Budget { total: 2e7, bad: 9_600.0, assumed_rate: 80.0, covered_s: 266_400.0 }],
        traffic: (0..120).map(traffic).collect(),
        synthetic: Some(Synthetic { from_ns: ns(-4_320.0), to_ns: ns(-10.0), series: 412 }),
    }
}

/// The same run without faults: nothing fires.
pub(crate) fn twin() -> Flight {
    Flight {
        effects: vec![Effect::default()],
        transitions: vec![],
        notifications: vec![],
        fates: vec![],
        ..flight()
    }
}

/// The verdict of a single check.
pub(crate) fn judged(check: Check, flight: &Flight) -> Verdict {
    verdict::judge(&plan(vec![check]), flight, Some(&twin())).remove(0)
}

/// The lines of evidence of one kind.
pub(crate) fn evidence(verdict: &Verdict, kind: EvidenceKind) -> Vec<&str> {
    verdict.evidence.iter().filter(|line| line.kind == kind).map(|line| line.text.as_str()).collect()
}

/// A journal with verdicts of every outcome: the ticket was only pending, the page is as expected, and one rule is blind.
pub(crate) fn journal() -> Journal {
    let when = |limit, end| ("when", Value::When(within(limit, "bad-deploy", end)));
    let mut checks = vec![
        check("alert", 0, &[("alert", name("Burn")), when(6, false)], &[0]),
        check("alert", 2, &[("alert", name("Burn")), when(10, true)], &[0]),
        check("alert", 0, &[("alert", name("Ticket")), when(9, false)], &[0]),
        check("page", 0, &[("receiver", name("oncall")), when(7, false), ("max", Value::Count(1))], &[0]),
        check("no", 0, &[], &[]),
    ];
    let texts = [
        "alert Burn fires within 6m of bad-deploy",
        "alert Burn resolves within 10m of bad-deploy end",
        "alert Ticket fires within 9m of bad-deploy",
        "page oncall within 7m of bad-deploy, at most 1",
        "no other alert fires",
    ];
    for (line, (check, text)) in (30..).zip(checks.iter_mut().zip(texts)) {
        (check.text, check.at.line) = (text.to_owned(), line);
    }
    let plan = plan(checks);
    let (mut flight, twin) = (flight(), twin());
    let (up, down) =
        ((AlertState::Inactive, AlertState::Pending), (AlertState::Pending, AlertState::Inactive));
    flight.transitions.insert(2, transition(80.0, "Ticket", up.0, up.1));
    flight.transitions.push(transition(94.0, "Ticket", down.0, down.1));
    flight.rules[1].for_ms = 900_000;
    flight.rules.push(unmatched("DiskFull"));
    flight.effects[0].hits.truncate(2);
    let verdicts = verdict::judge(&plan, &flight, Some(&twin));
    Journal::new(&plan, "scenarios/burn-rate.scn", World::Virtual, &flight, Some(&twin), verdicts)
}
