//! Attempts of one call.

use std::cell::RefCell;
use std::rc::Rc;

use sim_core::telemetry::{ErrorType, SpanKind, TraceContext};

use crate::support::Act::{Answer, Break, Pass, Refuse, Silence};
use crate::support::{Act, HOP, MS, Seen, System, acting, describe, one_by_one};

/// A front whose calls to its back are retried by this rule and meet these fates, and the contexts that went that way.
fn calling(rule: &str, acts: &[Act]) -> (System, Rc<RefCell<Vec<TraceContext>>>) {
    let plan = describe(&format!(
        r#"service front {{
             endpoint order POST "/front" {{ call back.order timeout 20ms{rule} }}
           }}
           service back {{
             endpoint order POST "/back" {{ work wait 1ms }}
           }}"#
    ));
    let (act, met) = one_by_one(acts);
    (System::with(plan, |_, way| acting(way, act.clone())), met)
}

/// One request through it.
fn one(rule: &str, acts: &[Act]) -> (Seen, Vec<TraceContext>) {
    let (system, met) = calling(rule, acts);
    system.ask("front.order", 0);
    (system.run(), met.take())
}

const RULE: &str = ", retry 2 on 502, timeout";

#[test]
fn each_attempt_has_a_span_a_key_and_a_fate_of_its_own() {
    let (seen, met) = one(RULE, &[Answer(502), Silence, Pass]);
    let attempts = seen.spans("front", SpanKind::Client);
    let fates: Vec<_> =
        attempts.iter().map(|span| (span.record.resend, span.record.status, span.record.error)).collect();
    assert_eq!(
        fates,
        [(0, 502, Some(ErrorType::Status(502))), (1, 0, Some(ErrorType::Timeout)), (2, 200, None)]
    );
    let keys: Vec<_> = attempts.iter().map(|span| (span.record.trace_id, span.record.span_id)).collect();
    assert_eq!(met.iter().map(|context| (context.trace_id, context.span_id)).collect::<Vec<_>>(), keys);
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
    let front = seen.span("front", SpanKind::Server);
    assert!(attempts.iter().all(|span| span.record.parent == front.record.span_id));
    assert_eq!(seen.span("back", SpanKind::Server).record.parent, attempts[2].record.span_id);
    assert_eq!(seen.answer(0).status, 200);
}

#[test]
fn only_what_is_named_is_retried_and_the_last_fate_decides_the_status() {
    for (acts, attempts, status) in [
        (vec![Answer(503)], 1, 503),
        (vec![Answer(500)], 1, 500),
        (vec![Answer(404)], 1, 404),
        (vec![Refuse], 1, 502),
        (vec![Break], 1, 502),
        (vec![Answer(502)], 2, 200),
        (vec![Answer(502), Answer(503)], 2, 503),
        (vec![Answer(502); 3], 3, 502),
        (vec![Silence; 3], 3, 504),
        (vec![], 1, 200),
    ] {
        let (seen, met) = one(RULE, &acts);
        assert_eq!((met.len(), seen.answer(0).status), (attempts, status), "{acts:?}");
        assert_eq!(seen.spans("front", SpanKind::Client).len(), attempts, "{acts:?}");
    }
}

#[test]
fn each_outcome_can_be_named() {
    for (named, act) in [("503", Answer(503)), ("timeout", Silence), ("connect", Refuse)] {
        let (seen, met) = one(&format!(", retry 1 on {named}"), &[act]);
        assert_eq!((met.len(), seen.answer(0).status), (2, 200), "{named}");
    }
}

#[test]
fn without_a_rule_nothing_is_retried() {
    for (act, status) in [(Answer(502), 502), (Silence, 504), (Refuse, 502)] {
        let (seen, met) = one("", &[act]);
        assert_eq!((met.len(), seen.answer(0).status), (1, status), "{act:?}");
    }
}

#[test]
fn backoff_is_waited_before_each_further_attempt() {
    let (seen, _) = one(", retry 2 on 502, backoff 30ms", &[Answer(502); 2]);
    let starts: Vec<_> =
        seen.spans("front", SpanKind::Client).iter().map(|span| span.record.start_ns).collect();
    assert_eq!(starts, [HOP, HOP + 30 * MS, HOP + 60 * MS]);
    assert_eq!(seen.answer(0).end_ns, HOP + 60 * MS + HOP + MS);
}

#[test]
fn the_budget_bounds_retries_to_its_share_and_one_a_second() {
    for (budget, attempts) in [("", 400), (", budget 20%", 100 + 20 + 10)] {
        let (system, met) = calling(&format!(", retry 3 on 503{budget}"), &[Answer(503); 400]);
        (0..100).for_each(|index| system.ask("front.order", 50 * index));
        system.run();
        assert_eq!(met.borrow().len(), attempts, "{budget}");
    }
}
