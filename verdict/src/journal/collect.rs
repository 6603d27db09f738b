//! From plan, flights and verdicts to a journal.

use observatory::series::Labels;
use scenario_lang::plan::{Edge, Node, Plan};
use sim_core::random::RequestKey;

use super::records::*;
use super::{Journal, VERSION};
use crate::flight::Flight;
use crate::verdict::Verdict;

/// So many requests that were left alone share a record.
const SPARED_IN_A_RECORD: usize = 500;

impl Journal {
    /// Collects all that is known of a run. `file` is the scenario's, as it is to be shown; `twin` is the same
    /// flight without faults.
    pub fn new(
        plan: &Plan,
        file: &str,
        world: World,
        flight: &Flight,
        twin: Option<&Flight>,
        verdicts: Vec<Verdict>,
    ) -> Self {
        let since = Since(flight.start_ns);
        let faults = plan.faults.iter().zip(&flight.effects);
        Self {
            header: Header {
                version: VERSION,
                tool: env!("CARGO_PKG_VERSION").to_owned(),
                scenario: plan.name.clone(),
                description: plan.description.clone(),
                file: file.to_owned(),
                seed: plan.seed,
                start_unix_ns: flight.start_ns,
                duration_ns: flight.end_ns - flight.start_ns,
                time_scale: plan.time_scale,
                world,
                history: plan
                    .history
                    .map(|history| History { length_ns: ns(history.length), rate: history.rate }),
            },
            plan: summary(plan),
            effects: faults
                .clone()
                .map(|(fault, effect)| FaultEffect {
                    fault: fault.name.clone(),
                    seen: effect.seen,
                    matched: effect.matched,
                    hit: effect.hits.len() as u64,
                    unrecorded: effect.unrecorded,
                })
                .collect(),
            hits: faults
                .clone()
                .flat_map(|(fault, effect)| {
                    effect.hits.iter().map(|hit| Hit {
                        fault: fault.name.clone(),
                        at_ns: since.ns(hit.time_ns),
                        actions: hit.places().collect(),
                        trace: hit.trace_id.to_string(),
                        span: hit.span_id.to_string(),
                    })
                })
                .collect(),
            spared: faults
                .flat_map(|(fault, effect)| {
                    let key = |key: &RequestKey| format!("{}-{}", key.trace_id, key.span_id);
                    effect.spared.chunks(SPARED_IN_A_RECORD).map(move |keys| Spared {
                        fault: fault.name.clone(),
                        keys: keys.iter().map(key).collect(),
                    })
                })
                .collect(),
            transitions: flight
                .transitions
                .iter()
                .map(|change| Transition {
                    at_ns: since.ms(change.time_ms),
                    alert: change.alert.clone(),
                    labels: labels(&change.labels),
                    from: change.from.into(),
                    to: change.to.into(),
                    value: change.value,
                })
                .collect(),
            rules: flight.rules.iter().map(|rule| self::rule(rule, since)).collect(),
            notifications: flight.notifications.iter().map(|sent| notification(sent, since)).collect(),
            fates: flight.fates.iter().map(|fate| self::fate(fate, since)).collect(),
            synthetic: flight.synthetic.map(|synthetic| Synthetic {
                from_ns: since.ns(synthetic.from_ns),
                to_ns: since.ns(synthetic.to_ns),
                series: synthetic.series,
            }),
            traffic: flight
                .traffic
                .iter()
                .map(|slice| TrafficSlice {
                    from_ns: since.ns(slice.from_ns),
                    to_ns: since.ns(slice.to_ns),
                    sent: slice.sent,
                    errors: slice.errors,
                })
                .collect(),
            health: health(flight),
            twin: twin.map(fired),
            verdicts,
        }
    }
}

/// Turns moments since the Unix epoch into moments of the run.
#[derive(Clone, Copy)]
struct Since(i64);

impl Since {
    fn ns(self, time_ns: i64) -> i64 {
        time_ns - self.0
    }

    fn ms(self, time_ms: i64) -> i64 {
        self.ns(time_ms * 1_000_000)
    }
}

fn ns(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

fn labels(labels: &Labels) -> LabelSet {
    labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn summary(plan: &Plan) -> PlanSummary {
    let service = |index: usize| plan.services.get(index).map_or("?", |service| &service.name).to_owned();
    let node = |node: Node| match node {
        Node::Service(index) => service(index),
        Node::Database(index) => plan.databases.get(index).map_or("?", |database| &database.name).to_owned(),
    };
    let edge = |edge: Edge| format!("{} -> {}", service(edge.from), node(edge.to));
    PlanSummary {
        scrape_interval_ns: ns(plan.scrape_interval),
        services: plan
            .services
            .iter()
            .map(|s| ServicePlan { name: s.name.clone(), replicas: s.replicas, workers: s.workers })
            .collect(),
        databases: plan.databases.iter().map(|database| database.name.clone()).collect(),
        loads: plan
            .loads
            .iter()
            .map(|load| LoadPlan {
                name: load.name.clone(),
                service: service(load.service),
                shapes: load.shapes.iter().map(|shape| shape.text.clone()).collect(),
            })
            .collect(),
        faults: plan
            .faults
            .iter()
            .map(|fault| FaultPlan {
                name: fault.name.clone(),
                on: edge(fault.edge),
                from_ns: ns(fault.from),
                to_ns: ns(fault.end()),
                actions: fault.actions.iter().map(|action| action.text.clone()).collect(),
            })
            .collect(),
        slos: plan
            .slos
            .iter()
            .map(|slo| SloPlan {
                name: slo.name.clone(),
                objective: slo.objective,
                period_ns: ns(slo.period),
                service: service(slo.service),
            })
            .collect(),
        rules: plan.rules.clone(),
        routes: plan.routes.clone(),
    }
}

fn rule(rule: &observatory::rules::RuleReport, since: Since) -> Rule {
    Rule {
        file: rule.file.clone(),
        group: rule.group.clone(),
        name: rule.name.clone(),
        alerting: rule.alerting,
        interval_ns: rule.interval_ms * 1_000_000,
        evaluations: rule.evaluations,
        failures: rule.failures,
        last_error: rule.last_error.clone(),
        matched: rule.matched,
        reach: rule.reach.as_ref().map(|reach| RuleReach {
            at_ns: since.ms(reach.time_ms),
            comparison: reach.comparison.clone(),
            value: reach.value,
            threshold: reach.threshold,
        }),
        for_ns: rule.for_ms * 1_000_000,
    }
}

fn notification(sent: &observatory::alertmanager::Notification, since: Since) -> Notification {
    use observatory::alertmanager::Status::Firing;
    Notification {
        at_ns: since.ms(sent.time_ms),
        receiver: sent.receiver.clone(),
        integrations: sent.integrations.clone(),
        group: labels(&sent.group),
        firing: sent.status == Firing,
        repeat: sent.repeat,
        alerts: sent
            .alerts
            .iter()
            .map(|alert| Notified {
                labels: labels(&alert.labels),
                firing: alert.status == Firing,
                annotations: alert.annotations.iter().cloned().collect(),
            })
            .collect(),
    }
}

fn fate(fate: &observatory::alertmanager::Fate, since: Since) -> Fate {
    let inhibited = fate.inhibited_by.as_ref();
    Fate {
        labels: labels(&fate.labels),
        receivers: fate.receivers.clone(),
        inhibited_by: inhibited.map(|(by, _)| labels(by)),
        inhibited_at_ns: inhibited.map(|(_, time_ms)| since.ms(*time_ms)),
        first_seen_ns: since.ms(fate.first_seen_ms),
        first_notified_ns: fate.first_notified_ms.map(|time_ms| since.ms(time_ms)),
    }
}

fn health(flight: &Flight) -> Health {
    let health = flight.outcomes.health();
    let quantile = |quantile: f64| health.latency_us.value_at_quantile(quantile) as i64 * 1_000;
    let lateness = |quantile: f64| health.lateness_us.value_at_quantile(quantile) as i64 * 1_000;
    Health {
        planned: health.planned,
        sent: health.sent,
        dropped: health.dropped,
        late: health.late,
        lateness_p50_ns: lateness(0.5),
        lateness_p99_ns: lateness(0.99),
        lateness_max_ns: lateness(1.0),
        answered: health.answered,
        errors: health.errors,
        p50_ns: quantile(0.5),
        p95_ns: quantile(0.95),
        p99_ns: quantile(0.99),
        max_ns: quantile(1.0),
    }
}

fn fired(twin: &Flight) -> Twin {
    let mut fired: Vec<TwinAlert> = Vec::new();
    for episode in twin.episodes() {
        if let Some(time) = episode.firing_ns
            && !fired.iter().any(|known| known.alert == episode.alert)
        {
            fired.push(TwinAlert { alert: episode.alert, at_ns: time - twin.start_ns });
        }
    }
    Twin { fired }
}
