//! Steps that are done all at once.

use scenario_lang::plan::Node;
use sim_core::telemetry::SpanKind;

use crate::support::Act::{Answer, Silence};
use crate::support::{HOP, MS, System, acting, describe, one_by_one};

#[test]
fn they_take_as_long_as_the_longest() {
    let system = System::new(
        r#"service front {
             endpoint get GET "/front" {
               parallel {
                 work wait 10ms
                 work wait 30ms
                 call back.get
               }
               work wait 5ms
             }
           }
           service back { endpoint get GET "/back" { work wait 20ms } }"#,
    );
    system.ask("front.get", 0);
    let seen = system.run();
    assert_eq!(seen.span("front", SpanKind::Server).took(), 35 * MS);
    assert_eq!(seen.span("back", SpanKind::Server).time(), (2 * HOP, 2 * HOP + 20 * MS));
    assert_eq!(seen.answer(0).status, 200);
}

/// `left` is silent and fails after 30 ms with 504; `right` fails at once with 500.
#[test]
fn the_first_failure_in_writing_decides_the_status_once_all_have_ended() {
    for (calls, status) in [
        ("call left.get timeout 30ms \n call right.get", 504),
        ("call right.get \n call left.get timeout 30ms", 500),
    ] {
        let plan = describe(&format!(
            r#"service left {{ endpoint get GET "/left" {{ work wait 1ms }} }}
               service right {{ endpoint get GET "/right" {{ work wait 1ms }} }}
               service front {{
                 endpoint get GET "/front" {{
                   parallel {{
                     {calls}
                   }}
                   work wait 1h
                 }}
               }}"#
        ));
        let system = System::with(plan, |edge, way| {
            let act = if edge.to == Node::Service(0) { Silence } else { Answer(500) };
            acting(way, one_by_one(&[act]).0)
        });
        system.ask("front.get", 0);
        let seen = system.run();
        assert_eq!(seen.answer(0).status, status);
        assert_eq!(seen.span("front", SpanKind::Server).took(), 30 * MS, "what comes after is not done");
        assert_eq!(seen.spans("front", SpanKind::Client).len(), 2);
    }
}
