//! The exporter against a receiver of ours, on real sockets.

use std::cell::{Cell, RefCell};
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

use http_body_util::BodyExt;
use live_world::clock::Clock;
use live_world::http::server;
use live_world::otlp::{Counts, Exporter, Options};
use live_world::{thread, timer::Timer};
use observatory::logs::LogStoreOptions;
use observatory::otlp::backend::Backend;
use observatory::traces::TraceStoreOptions;
use sim_core::net::Body;
use sim_core::telemetry::{
    Catalog, Collector, LogRecord, LogShape, Severity, Span, SpanId, SpanKind, SpanShape, TraceId,
};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

const SECOND: u64 = 1_000_000_000;

const OPTIONS: Options =
    Options { capacity: 5_000, batch: 100, interval_ns: 1_000_000, patience_ns: 5 * SECOND };

fn catalog() -> Rc<RefCell<Catalog>> {
    let mut catalog = Catalog::default();
    let (service, instance) = ("shop".to_owned(), "shop-0".to_owned());
    let of_log = (service.clone(), instance.clone());
    catalog.add_span(SpanShape {
        service,
        instance,
        name: "GET /".into(),
        kind: SpanKind::Server,
        peer: None,
        attributes: Vec::new(),
    });
    let (service, instance) = of_log;
    catalog.add_log(LogShape { service, instance, severity: Severity::Info, body: "done".into() });
    Rc::new(RefCell::new(catalog))
}

fn give(collector: &RefCell<dyn Collector>, spans: u64, lines: u64) {
    for id in 1..=spans {
        let (trace_id, span_id) = (TraceId(id.into()), SpanId(id));
        collector.borrow_mut().span(Span {
            trace_id,
            span_id,
            parent: SpanId(0),
            start_ns: 1,
            end_ns: 2,
            shape: 0,
            status: 200,
            resend: 0,
            error: None,
        });
    }
    for time_ns in 1..=lines as i64 {
        let line = LogRecord { time_ns, shape: 0, trace_id: TraceId(1), span_id: SpanId(1) };
        collector.borrow_mut().log(Severity::Info, line);
    }
}

/// A receiver that answers with `status` unless it is 200.
fn receive(timer: &Timer, listener: TcpListener, status: Rc<Cell<u16>>) -> Rc<RefCell<Backend>> {
    let backend =
        Rc::new(RefCell::new(Backend::new(TraceStoreOptions::default(), LogStoreOptions::default())));
    let (timer, into) = (timer.clone(), backend.clone());
    spawn_local(async move {
        server::serve(&timer, listener, move |request| {
            let (into, status) = (into.clone(), status.get());
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                if status != 200 {
                    return http::Response::builder().status(status).body(Body::empty()).unwrap();
                }
                into.borrow_mut().receive(&head, &body, 10).map(|body| Body::from(bytes::Bytes::from(body)))
            }
        })
        .await;
    });
    backend
}

async fn free() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn seen(backend: &RefCell<Backend>) -> (u64, u64) {
    backend.borrow().seen().get("shop").map_or((0, 0), |seen| (seen.spans, seen.logs))
}

fn on_one_thread(test: impl AsyncFnOnce(Timer)) {
    thread::run(Clock::new(), test).unwrap();
}

#[test]
fn everything_arrives_once() {
    on_one_thread(async |timer| {
        let (listener, address) = free().await;
        let backend = receive(&timer, listener, Rc::new(Cell::new(200)));
        let exporter = Exporter::start(&timer, address, catalog(), OPTIONS);
        let collector = exporter.collector();
        for _ in 0..10 {
            give(&*collector, 321, 123);
            timer.sleep(2_000_000).await;
        }
        exporter.flush(10 * SECOND).await;
        assert_eq!(exporter.spans(), Counts { sent: 3_210, ..Counts::default() });
        assert_eq!(exporter.lines(), Counts { sent: 1_230, ..Counts::default() });
        assert_eq!(seen(&backend), (3_210, 1_230));
    });
}

#[test]
fn a_receiver_that_is_away_gets_what_fits_when_it_is_back() {
    on_one_thread(async |timer| {
        let (listener, address) = free().await;
        drop(listener);
        let exporter = Exporter::start(&timer, address, catalog(), OPTIONS);
        give(&*exporter.collector(), 6_000, 1);
        exporter.flush(20_000_000).await;
        assert_eq!(exporter.spans(), Counts { dropped: 1_000, waiting: 5_000, ..Counts::default() });

        let busy = Rc::new(Cell::new(503));
        let backend = receive(&timer, TcpListener::bind(address).await.unwrap(), busy.clone());
        exporter.flush(20_000_000).await;
        assert_eq!((exporter.spans().waiting, seen(&backend)), (5_000, (0, 0)), "it is overloaded");
        busy.set(200);
        exporter.flush(10 * SECOND).await;
        assert_eq!(exporter.spans(), Counts { dropped: 1_000, sent: 5_000, ..Counts::default() });
        assert_eq!((exporter.spans().missing(), exporter.lines().missing()), (1_000, 0));
        assert_eq!(seen(&backend), (5_000, 1));
    });
}

#[test]
fn what_is_refused_is_not_sent_again() {
    on_one_thread(async |timer| {
        let (listener, address) = free().await;
        let refuses = Rc::new(Cell::new(400));
        let backend = receive(&timer, listener, refuses.clone());
        let exporter = Exporter::start(&timer, address, catalog(), OPTIONS);
        give(&*exporter.collector(), 150, 0);
        exporter.flush(10 * SECOND).await;
        assert_eq!(exporter.spans(), Counts { refused: 150, ..Counts::default() });
        refuses.set(200);
        give(&*exporter.collector(), 1, 0);
        exporter.flush(10 * SECOND).await;
        assert_eq!(seen(&backend), (1, 0));
    });
}

#[test]
fn a_receiver_that_never_answers_holds_nobody_up() {
    on_one_thread(async |timer| {
        let (listener, address) = free().await;
        let exporter = Exporter::start(&timer, address, catalog(), OPTIONS);
        give(&*exporter.collector(), 10, 0);
        let before_ns = timer.clock().now_ns();
        exporter.flush(50_000_000).await;
        assert!(timer.clock().now_ns() - before_ns < 3 * SECOND as i64);
        assert_eq!(exporter.spans().waiting, 10);
        drop(listener);
    });
}
