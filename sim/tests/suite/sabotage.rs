//! A watch that is broken is found out: one link of the chain each, and what the verdict says of it.

use crate::support::Stack;

const SCENARIO: &str = "scenarios/burn-rate.scn";
const RUN: &str = "run scenarios/burn-rate.scn";
const RULES: &str = "compose/prometheus/rules/slo-orders-availability.yml";
const ROUTES: &str = "compose/alertmanager/alertmanager.yml";

#[test]
fn a_fault_that_hits_nothing_proves_nothing() {
    let stack = Stack::new().edit(SCENARIO, "for 20% of requests", "for 0% of requests");
    let said = stack.sim(RUN);
    said.expect(4, &["warning[SCN", "bad-deploy"]);
    assert!(!said.stdout.contains("✓ alert ErrorBudgetBurnFast fires"), "{}", said.stdout);
}

#[test]
fn a_threshold_out_of_reach_is_a_violation_that_says_how_far_the_expression_came() {
    let stack = Stack::new().edit(RULES, "(14.4 * 0.001)", "(900 * 0.001)");
    stack.sim(RUN).expect(1, &["ErrorBudgetBurnFast", "of 0.9"]);
}

#[test]
fn a_page_that_is_routed_elsewhere_is_a_violation_that_says_where() {
    let stack = Stack::new().edit(ROUTES, "severity=\"page\"", "severity=\"nobody\"");
    stack.sim(RUN).expect(1, &["sre-oncall", "sre-chat"]);
}

#[test]
fn a_page_that_is_inhibited_is_a_violation_that_says_by_what() {
    let rule = "\n  - source_matchers: [alertname=\"Always\"]\n    target_matchers: [severity=\"page\"]\n";
    let always = "groups:\n  - name: always\n    rules:\n      - alert: Always\n        expr: vector(1)\n";
    let stack = Stack::new().edit(ROUTES, "inhibit_rules:", &format!("inhibit_rules:{rule}"));
    std::fs::write(stack.path("compose/prometheus/rules/always.yml"), always)
        .expect("the copy can be written");
    stack.sim(RUN).expect(1, &["page sre-oncall", "inhibited", "Always"]);
}

#[test]
fn a_rule_that_is_gone_is_an_error_before_the_run() {
    let stack = Stack::new().edit(RULES, "alert: ErrorBudgetBurnFast", "alert: SomethingElse");
    let said = stack.sim(RUN);
    said.expect(2, &["ErrorBudgetBurnFast"]);
    assert!(!stack.path("sim-out").exists(), "something ran");
}

#[test]
fn a_deadline_that_cannot_be_met_is_an_error_before_the_run() {
    let stack = Stack::new().edit(SCENARIO, "fires within 6m of", "fires within 3m of");
    stack.sim(RUN).expect(2, &["error[SCN046]", "cannot fire before 4m"]);
}
