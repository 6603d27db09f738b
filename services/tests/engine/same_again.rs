//! Everything random about a request comes from its key: what else happens changes nothing of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use scenario_lang::plan::Plan;
use sim_core::load::Outcome;
use sim_core::telemetry::{SpanId, TraceContext, TraceId};

use crate::support::{Act, MS, Seen, Span, System, acting, describe};

/// Workers and connections for all, so that nobody waits for anybody.
fn plan() -> Plan {
    describe(
        r#"service front {
             replicas 3
             endpoint read GET "/read" {
               work wait lognormal(p50 2ms, p99 30ms)
               call back.get timeout 20ms, retry 2 on 503, timeout, backoff uniform(1ms, 9ms)
             }
             endpoint write POST "/write" { work wait exp(5ms) }
           }
           service back {
             replicas 2
             endpoint get GET "/back" {
               parallel {
                 work wait uniform(1ms, 30ms)
                 query db.read
               }
             }
           }
           database db {
             engine postgresql
             pool 100, wait 1s
             query read `SELECT 1` takes exp(5ms)
           }"#,
    )
}

fn system() -> System {
    System::with(plan(), |_, way| way)
}

const BOTH: [&str; 2] = ["front.read", "front.write"];

/// What a load of this name got, and its spans by trace, whatever their place in the catalog.
fn of_load(seen: &Seen, load: &str) -> (Vec<Outcome>, BTreeMap<TraceId, BTreeMap<SpanId, Span>>) {
    let answers = seen.answers.iter().filter(|((name, _), _)| name == load).map(|(_, answer)| *answer);
    let roots = seen.spans.iter().filter(|span| span.shape.service == load);
    let traces: BTreeSet<TraceId> = roots.map(|span| span.record.trace_id).collect();
    let mut spans: BTreeMap<TraceId, BTreeMap<SpanId, Span>> = BTreeMap::new();
    for span in seen.spans.iter().filter(|span| traces.contains(&span.record.trace_id)) {
        let mut span = span.clone();
        span.record.shape = 0;
        spans.entry(span.record.trace_id).or_default().insert(span.record.span_id, span);
    }
    (answers.collect(), spans)
}

/// What was done in each trace, by whom and under which span.
fn done(seen: &Seen) -> BTreeMap<TraceId, BTreeSet<(SpanId, &str, &str)>> {
    let mut traces: BTreeMap<TraceId, BTreeSet<_>> = BTreeMap::new();
    for Span { shape, record } in &seen.spans {
        traces.entry(record.trace_id).or_default().insert((record.span_id, &*shape.instance, &*shape.name));
    }
    traces
}

/// The duration of each request of a load, by its number.
fn requests(seen: &Seen, load: &str) -> BTreeMap<u64, i64> {
    let own = seen.answers.iter().filter(|((name, _), _)| name == load);
    own.map(|((_, index), answer)| (*index, answer.end_ns - answer.intended_ns)).collect()
}

#[test]
fn other_loads_change_nothing() {
    let traffic: [fn(&System); 2] =
        [|system| system.open("ours", &BOTH, 200, 3), |system| system.closed("ours", &BOTH, 5, 600)];
    for ours in traffic {
        let alone = system();
        ours(&alone);
        let alone = of_load(&alone.run(), "ours");
        assert!(alone.0.len() > 100 && alone.1.len() == alone.0.len());
        let retried = |span: &Span| span.record.resend > 0;
        assert!(alone.1.values().flat_map(BTreeMap::values).any(retried));

        let beside = system();
        beside.open("before", &BOTH, 500, 1);
        ours(&beside);
        beside.closed("after", &BOTH, 7, 600);
        let seen = beside.run();
        assert!(seen.answers.len() > alone.0.len() + 500);
        assert!(of_load(&seen, "ours") == alone);
    }
}

#[test]
fn a_number_is_the_same_request_in_the_open_and_in_the_closed_model() {
    let (open, closed) = (system(), system());
    open.open("ours", &BOTH, 200, 3);
    closed.closed("ours", &BOTH, 5, 600);
    let (open, closed) = (open.run(), closed.run());
    let (traces, others) = (done(&open), done(&closed));
    let both: Vec<_> = traces.keys().filter(|trace| others.contains_key(trace)).collect();
    assert!(both.len() > 100);
    assert!(both.into_iter().all(|trace| traces[trace] == others[trace]));

    let (latencies, others) = (requests(&open, "ours"), requests(&closed, "ours"));
    assert!(latencies.values().any(|ns| *ns > 20 * MS) && latencies.values().any(|ns| *ns < 3 * MS));
    let both: Vec<_> = latencies.keys().filter(|index| others.contains_key(index)).collect();
    assert!(both.len() > 100);
    assert!(both.into_iter().all(|index| latencies[index] == others[index]));
}

#[test]
fn a_failure_changes_only_the_traces_that_it_hits() {
    let calm = system();
    calm.open("ours", &BOTH, 300, 2);
    let (_, calm) = of_load(&calm.run(), "ours");

    let hit = Rc::new(RefCell::new(BTreeSet::new()));
    let hits = hit.clone();
    let fails = Rc::new(move |context: TraceContext| {
        let hit = context.trace_id.0.is_multiple_of(5);
        if hit {
            hits.borrow_mut().insert(context.trace_id);
        }
        if hit { Act::Answer(503) } else { Act::Pass }
    });
    let failing = System::with(plan(), |_, way| acting(way, fails.clone()));
    failing.open("ours", &BOTH, 300, 2);
    let (_, failing) = of_load(&failing.run(), "ours");

    assert!(calm.keys().eq(failing.keys()));
    let changed: BTreeSet<TraceId> =
        calm.iter().filter(|(trace, spans)| failing[trace] != **spans).map(|(trace, _)| *trace).collect();
    assert!(changed.len() > 10);
    assert_eq!(changed, hit.take());
}
