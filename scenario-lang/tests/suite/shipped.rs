//! The scenarios that the project ships.

use std::time::Duration;

use crate::common::{Files, vocabulary};
use scenario_lang::diagnostic::render;
use scenario_lang::plan::{Call, Node, Plan, RetryOn, Step};
use scenario_lang::{load, lower};

/// The plan of a shipped scenario, of which nothing is wrong.
fn plan(name: &str) -> Plan {
    let (loaded, mut diagnostics) = load(name, &Files::shipped(), &vocabulary());
    let (plan, more) = lower(&loaded);
    diagnostics.extend(more);
    let rendered: String = diagnostics.iter().map(|it| render(it, &loaded.sources, false)).collect();
    assert_eq!(rendered, "");
    plan.expect("a plan comes of what has no errors")
}

#[test]
fn burn_rate_becomes_a_plan() {
    let plan = plan("scenarios/burn-rate.scn");
    assert!(plan.description.starts_with("A bad deploy fails 20 % of orders"), "{}", plan.description);
    assert_eq!((plan.name.as_str(), plan.module, plan.seed), ("burn-rate", Some(3), 42));
    assert_eq!(plan.start_unix_ns, 1_767_603_600_000_000_000);
    assert_eq!(plan.duration, Duration::from_secs(7200));
    assert_eq!(plan.rules, ["compose/prometheus/rules/slo.yml"]);
    assert_eq!(plan.routes.as_deref(), Some("compose/alertmanager/alertmanager.yml"));
    assert_eq!(plan.checks.len(), 10);
    assert_eq!(plan.checks[0].text, "alert ErrorBudgetBurnFast fires within 6m of bad-deploy");
    assert_eq!(plan.checks[0].faults, [0]);
    let fault = &plan.faults[0];
    assert_eq!((fault.from, fault.end()), (Duration::from_secs(75 * 60), Duration::from_secs(85 * 60)));
    assert_eq!((fault.actions[0].phrase.status("status"), fault.actions[0].share), (Some(503), 0.2));
    assert_eq!(plan.loads[0].mix.iter().map(|(_, share)| *share).collect::<Vec<_>>(), [0.7, 0.2, 0.1]);
    assert_eq!(plan.loads[0].shapes.len(), 2);
}

#[test]
fn every_order_endpoint_of_the_gateway_calls_order_service_once() {
    fn calls(steps: &[Step]) -> Vec<&Call> {
        let mut found = Vec::new();
        for step in steps {
            match step {
                Step::Call(call) => found.push(call),
                Step::Parallel(steps) => found.extend(calls(steps)),
                _ => {}
            }
        }
        found
    }
    let plan = plan("scenarios/burn-rate.scn");
    let service = |name: &str| plan.services.iter().position(|service| service.name == name).unwrap();
    let gateway = &plan.services[service("api-gateway")];
    assert_eq!(gateway.replicas, 2);
    for endpoint in gateway.endpoints.iter().filter(|endpoint| endpoint.path.starts_with("/api/orders")) {
        let calls = calls(&endpoint.steps);
        let orders = calls.iter().filter(|call| call.service == service("order-service"));
        assert_eq!(orders.count(), 1, "{}", endpoint.name);
        for call in calls.iter().filter(|call| call.retry.is_some()) {
            assert_eq!((endpoint.name.as_str(), call.service), ("place-order", service("order-service")));
            assert_eq!(call.retry.as_ref().unwrap().on, [RetryOn::Status(502), RetryOn::Timeout]);
        }
    }
    assert_eq!(plan.faults[0].edge.to, Node::Service(service("order-service")));
}
