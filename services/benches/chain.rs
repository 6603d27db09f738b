//! How many requests per second one core simulates through a chain of three services.
//!
//! - `bare`: three functions in one task, one sleep each: what the executor costs
//! - `connected`: the same over the world's connections: a task and a round trip for each call, and a time limit
//! - `instrumented`: the service engine: routing, workers, processors, draws, W3C context, spans, metrics, logs

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use observatory::logs::{LogStore, LogStoreOptions};
use observatory::traces::{TraceStore, TraceStoreOptions};
use scenario_lang::plan::{Arrivals, Call, Endpoint, Load, Plan, Service, Step, Telemetry};
use scenario_lang::quantity::Distribution;
use services::client::LoadClient;
use services::deploy::deploy;
use services::telemetry::tap::Tap;
use sim_core::executor::Executor;
use sim_core::generator;
use sim_core::net::{Body, Edge, Request, Response, TransportError};
use sim_core::sync::within;
use sim_core::telemetry::{Collector, LogRecord, Severity, Span};
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::{Address, World};

const REQUESTS: u64 = 100_000;
const GAP_NS: u64 = 100_000;
const WORK: Duration = Duration::from_micros(700);

/// Three functions, one sleep each, nothing else.
fn bare() -> u64 {
    async fn third(executor: &Executor) {
        executor.sleep_until(executor.now_ns() + WORK.as_nanos() as u64).await;
    }
    async fn second(executor: &Executor) {
        executor.sleep_until(executor.now_ns() + WORK.as_nanos() as u64).await;
        third(executor).await;
    }
    async fn first(executor: &Executor) {
        executor.sleep_until(executor.now_ns() + WORK.as_nanos() as u64).await;
        second(executor).await;
    }
    let executor = Executor::new();
    let handle = executor.clone();
    executor.spawn(async move {
        for index in 0..REQUESTS {
            handle.sleep_until(index * GAP_NS).await;
            let own = handle.clone();
            handle.spawn(async move { first(&own).await });
        }
    });
    executor.run();
    executor.now_ns()
}

/// Three servers that sleep and call the next, over the connections that services have; no engine, no telemetry.
fn connected() -> i64 {
    let world = VirtualWorld::new(0, 1);
    let address = |service: &str| Address { service: service.to_owned(), replica: 0 };
    for (name, next) in [("c", None), ("b", Some("c")), ("a", Some("b"))] {
        let (own, next) = (world.clone(), next.map(|next| world.connect(&address(next))));
        let server = Edge::from_fn(move |request| {
            let (own, next) = (own.clone(), next.clone());
            Box::pin(async move {
                own.sleep(WORK.as_nanos() as u64).await;
                match next {
                    Some(next) => {
                        let answer = within(next.send(request), own.sleep(1_000_000_000)).await;
                        answer.unwrap_or(Err(TransportError::Broken))
                    }
                    None => Ok(Response::new(Body::empty())),
                }
            })
        });
        world.listen(&address(name), server);
    }
    let entrance = world.connect(&address("a"));
    let arrivals = (0..REQUESTS).map(|index| index * GAP_NS);
    world.spawn(generator::open(world.clone(), 0, (0..).zip(arrivals), move |_| {
        let answer = entrance.send(Request::new(Body::empty()));
        async move {
            black_box(answer.await.is_ok());
        }
    }));
    world.run_until(i64::MAX);
    world.now_ns()
}

struct Stores {
    traces: TraceStore,
    logs: LogStore,
}

impl Collector for Stores {
    fn span(&mut self, span: Span) {
        self.traces.push(span);
    }

    fn log(&mut self, severity: Severity, record: LogRecord) {
        self.logs.push(severity, record);
    }
}

fn service(name: &str, next: Option<usize>) -> Service {
    let call = next.map(|service| {
        Step::Call(Call { service, endpoint: 0, timeout: Some(Duration::from_secs(1)), retry: None })
    });
    let work = Step::Cpu(Distribution::Uniform { min: WORK / 2, max: WORK * 3 / 2 });
    let steps = [work].into_iter().chain(call).collect();
    let endpoint =
        Endpoint { name: "get".into(), method: "GET".into(), path: format!("/{name}/{{id}}"), steps };
    Service {
        name: name.into(),
        at: None,
        replicas: 2,
        workers: 64,
        cores: 64,
        telemetry: Telemetry::Otel,
        endpoints: vec![endpoint],
    }
}

/// The same chain as services: metrics, spans, logs, exemplars, W3C context, workers, time limits.
fn instrumented() -> u64 {
    let load = Load {
        name: "load".into(),
        service: 0,
        arrivals: Arrivals::Even,
        mix: vec![(0, 1.0)],
        closed: false,
        think: None,
        shapes: vec![],
    };
    let plan = Plan {
        name: "chain".into(),
        description: String::new(),
        module: None,
        seed: 1,
        start_unix_ns: 0,
        duration: Duration::from_secs(1),
        history: None,
        scrape_interval: Duration::from_secs(15),
        services: vec![service("a", Some(1)), service("b", Some(2)), service("c", None)],
        databases: vec![],
        loads: vec![],
        faults: vec![],
        slos: vec![],
        rules: vec![],
        routes: None,
        checks: vec![],
    };
    let world = VirtualWorld::new(0, 1);
    let stores = Stores {
        traces: TraceStore::new(TraceStoreOptions::default()),
        logs: LogStore::new(LogStoreOptions::default()),
    };
    let stores = Rc::new(RefCell::new(stores));
    let tap = Tap::new(stores.clone());
    deploy(&world, &plan, &tap, &|_, edge| edge);
    let client = Rc::new(LoadClient::new(&world, &plan, &load, "load", &tap));
    let arrivals = (0..REQUESTS).map(|index| index * GAP_NS);
    world.spawn(generator::open(world.clone(), 0, (0..).zip(arrivals), move |arrival| {
        let client = client.clone();
        async move {
            client.send(arrival).await;
        }
    }));
    world.run_until(i64::MAX);
    stores.borrow().traces.stats().finished
}

fn chain(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("chain");
    group.throughput(Throughput::Elements(REQUESTS)).sample_size(10);
    group.bench_function("bare", |bencher| bencher.iter(|| black_box(bare())));
    group.bench_function("connected", |bencher| bencher.iter(|| black_box(connected())));
    group.bench_function("instrumented", |bencher| bencher.iter(|| black_box(instrumented())));
    group.finish();
}

criterion_group!(benches, chain);
criterion_main!(benches);
