//! Any toxics in any order, changed at any moment: no byte is lost, doubled or moved. Time is a number here.

use std::sync::Arc;

use bytes::Bytes;
use metrics::Counter;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sim_core::random::Draws;

use super::direction::Direction;
use super::link::Link;
use super::queue::{End, Item};
use super::toxic::{Id, Toxic};
use super::toxics::settings::Settings;
use super::toxics::{KINDS, kind};

const MS: i64 = 1_000_000;

fn toxic(name: &str, kind_name: &str, toxicity: f64, attributes: &Value) -> Arc<Toxic> {
    let kind = kind(kind_name).unwrap();
    let id = Id::new(Draws::new(7), "p", name.to_owned(), kind, Direction::Upstream, Counter::noop());
    changed(&Arc::new(id), toxicity, attributes)
}

fn changed(id: &Arc<Id>, toxicity: f64, attributes: &Value) -> Arc<Toxic> {
    let settings = Settings::read(id.kind, None, attributes.as_object().unwrap()).unwrap();
    Arc::new(Toxic { id: id.clone(), settings, toxicity })
}

/// A link, what went in and what came out.
struct Flow {
    link: Link,
    now_ns: i64,
    sent: Vec<u8>,
    arrived: Vec<u8>,
    ends: Vec<End>,
    /// Sizes of what came out, with the moment.
    pieces: Vec<(i64, usize)>,
}

impl Flow {
    fn new(toxics: &[Arc<Toxic>]) -> Self {
        let mut link = Link::new(Direction::Upstream, 0);
        link.change(toxics, 0);
        Self { link, now_ns: 0, sent: vec![], arrived: vec![], ends: vec![], pieces: vec![] }
    }

    fn send(&mut self, size: usize) {
        let size = size.min(self.link.room());
        let bytes: Vec<u8> = (0..size).map(|index| ((self.sent.len() + index) % 251) as u8).collect();
        self.sent.extend(&bytes);
        self.link.push(Bytes::from(bytes), self.now_ns);
        self.take();
    }

    fn end(&mut self, end: End) {
        self.link.end(end, self.now_ns);
        self.take();
    }

    fn take(&mut self) {
        self.link.run(self.now_ns);
        while let Some(item) = self.link.front().cloned() {
            match item {
                Item::Data(bytes) => {
                    self.arrived.extend(&bytes);
                    self.pieces.push((self.now_ns, bytes.len()));
                    self.link.sent(bytes.len());
                }
                Item::End(end) => {
                    self.ends.push(end);
                    self.link.passed_on();
                }
            }
        }
    }

    /// Lets time go on, to each moment that a toxic waits for.
    fn pass_until(&mut self, at_ns: i64) {
        while let Some(due_ns) = self.link.due_ns().filter(|due_ns| *due_ns <= at_ns) {
            assert!(due_ns > self.now_ns, "a toxic waits for a moment that is over");
            self.now_ns = due_ns;
            self.take();
        }
        self.now_ns = at_ns;
        self.take();
    }
}

/// What one toxic makes of two pieces of 1000 bytes at 0 and the end of them: all pieces and when, and the ends.
fn made_by(kind: &str, attributes: Value) -> (Vec<(i64, usize)>, Vec<End>) {
    let mut flow = Flow::new(&[toxic("t", kind, 1.0, &attributes)]);
    flow.send(1000);
    flow.send(1000);
    flow.end(End::Finish);
    flow.pass_until(1_000_000 * MS);
    (flow.pieces, flow.ends)
}

#[test]
fn each_does_what_its_row_says() {
    let whole = vec![(0, 1000), (0, 1000)];
    let late = vec![(5 * MS, 1000), (5 * MS, 1000)];
    assert_eq!(made_by("latency", json!({ "latency": 5 })), (late, vec![End::Finish]));
    assert_eq!(made_by("slow_close", json!({ "delay": 5 })), (whole.clone(), vec![End::Finish]));
    // 100 kB/s are 1000 bytes in 10 ms.
    let paced = vec![(10 * MS, 1000), (20 * MS, 1000)];
    assert_eq!(made_by("bandwidth", json!({ "rate": 100 })), (paced, vec![End::Finish]));
    let cut = vec![(0, 1000), (0, 500)];
    assert_eq!(made_by("limit_data", json!({ "bytes": 1500 })), (cut, vec![End::Close]));
    assert_eq!(made_by("timeout", json!({ "timeout": 5 })), (vec![], vec![End::Close]));
    assert_eq!(made_by("reset_peer", json!({ "timeout": 5 })), (vec![], vec![End::Reset]));
    assert_eq!(made_by("blackhole", json!({})), (vec![], vec![]));
    assert_eq!(made_by("limit_time", json!({ "time": 0 })), (vec![], vec![End::Close]));
    let sliced = (0..8).map(|i| (i * 3 * MS, 250)).collect();
    let slicer = json!({ "average_size": 250, "delay": 3000 });
    assert_eq!(made_by("slicer", slicer), (sliced, vec![End::Finish]));
}

#[test]
fn a_second_toxic_does_not_shift_the_draws_of_the_first() {
    let jitter = json!({ "latency": 50, "jitter": 50 });
    let alone = Flow::new(&[toxic("a", "latency", 1.0, &jitter)]);
    let both = Flow::new(&[toxic("a", "latency", 1.0, &jitter), toxic("b", "slow_close", 1.0, &json!({}))]);
    let [alone, both] = [alone, both].map(|mut flow| {
        (0..100).for_each(|_| {
            flow.send(10);
            flow.pass_until(flow.now_ns + 200 * MS);
        });
        flow.pieces
    });
    assert_eq!(alone, both);
    let delays: std::collections::BTreeSet<i64> = alone.iter().map(|(at_ns, _)| at_ns % (200 * MS)).collect();
    assert!(delays.len() > 90 && delays.iter().all(|delay| (0..=100 * MS).contains(delay)));
}

#[test]
fn what_a_toxic_dropped_ends_the_connection_when_it_goes() {
    for (kind, end) in [("timeout", End::Close), ("reset_peer", End::Reset)] {
        let mut flow = Flow::new(&[toxic("t", kind, 1.0, &json!({ "timeout": 1000 }))]);
        flow.send(10);
        flow.link.change(&[], 1);
        flow.take();
        assert_eq!((flow.arrived.len(), flow.ends, flow.link.room()), (0, vec![end], 0));
    }
}

#[test]
fn what_was_held_back_does_not_follow_the_end_of_the_connection() {
    let slow = toxic("slow", "bandwidth", 1.0, &json!({ "rate": 1 }));
    let limit = toxic("limit", "limit_data", 1.0, &json!({ "bytes": 0 }));
    let mut flow = Flow::new(&[slow.clone(), limit]);
    flow.send(72);
    flow.pass_until(10 * MS);
    flow.link.change(&[slow], flow.now_ns);
    flow.link.change(&[], flow.now_ns);
    flow.take();
    assert_eq!((flow.arrived, flow.ends), (vec![], vec![End::Close]));
}

/// Something that happens to a link.
#[derive(Debug, Clone)]
enum Event {
    Send(usize),
    Wait(i64),
    Add(usize, f64, Vec<u64>),
    Update(usize, f64, Vec<u64>),
    Remove(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let values = || prop::collection::vec(0..40u64, 3);
    let toxicity = || prop_oneof![Just(1.0), Just(0.0), 0.0..=1.0f64];
    prop_oneof![
        4 => (1..5000usize).prop_map(Event::Send),
        4 => (0..50 * MS).prop_map(Event::Wait),
        2 => (0..KINDS.len(), toxicity(), values()).prop_map(|(kind, share, v)| Event::Add(kind, share, v)),
        1 => (0..8usize, toxicity(), values()).prop_map(|(index, share, v)| Event::Update(index, share, v)),
        1 => (0..8usize).prop_map(Event::Remove),
    ]
}

fn attributes(kind: usize, values: &[u64]) -> Value {
    let fit = KINDS[kind].parameters.iter().zip(values);
    let fit = fit.map(|(p, value)| (p.name.to_owned(), Value::from((*value).clamp(p.least, p.most))));
    Value::Object(fit.collect::<Map<_, _>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_arrives_is_what_was_sent_as_far_as_it_goes(events in prop::collection::vec(event(), 1..60)) {
        let mut flow = Flow::new(&[]);
        let mut toxics: Vec<(usize, Arc<Toxic>)> = Vec::new();
        for (serial, event) in events.iter().enumerate() {
            match event {
                Event::Send(size) => flow.send(*size),
                Event::Wait(ns) => flow.pass_until(flow.now_ns + ns),
                Event::Add(kind, share, values) => {
                    let name = format!("t{serial}");
                    let made = toxic(&name, KINDS[*kind].name, *share, &attributes(*kind, values));
                    toxics.push((*kind, made));
                }
                Event::Update(index, share, values) => {
                    if let Some((kind, toxic)) = toxics.get_mut(*index) {
                        *toxic = changed(&toxic.id, *share, &attributes(*kind, values));
                    }
                }
                Event::Remove(index) if *index < toxics.len() => drop(toxics.remove(*index)),
                Event::Remove(_) => {}
            }
            let now: Vec<_> = toxics.iter().map(|(_, toxic)| toxic.clone()).collect();
            flow.link.change(&now, flow.now_ns);
            flow.take();
            prop_assert!(flow.sent.starts_with(&flow.arrived));
        }
        // With all toxics gone everything is there, unless one of them has ended the connection.
        flow.link.change(&[], flow.now_ns);
        flow.end(End::Finish);
        prop_assert!(flow.sent.starts_with(&flow.arrived));
        prop_assert!(flow.arrived == flow.sent || flow.ends.iter().any(|end| *end != End::Finish));
        prop_assert!(flow.link.due_ns().is_none());
    }

    #[test]
    fn raising_the_toxicity_only_adds_connections(ordinal: u64, a in 0.0..=1.0f64, b in 0.0..=1.0f64) {
        let low = toxic("t", "latency", a.min(b), &json!({}));
        let high = changed(&low.id, a.max(b), &json!({ "latency": 3 }));
        prop_assert!(!low.hits(ordinal) || high.hits(ordinal));
    }
}
