//! The world of one thread: what is written against [`World`] runs here on real sockets, in real time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;

use http::{Method, Response, StatusCode, header};
use sim_core::net::{Body, Edge, Request, TransportError};
use sim_core::random::Draws;
use sim_core::telemetry::ErrorType;
use sim_core::world::{Address, Statement, Work, World};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use crate::http::client::Upstream;
use crate::http::server;
use crate::postgres::Database;
use crate::processor::burn;
use crate::timer::{Sleep, Timer};

/// Where everything is.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The replicas, or the proxies in front of them.
    pub replicas: BTreeMap<Address, SocketAddr>,
    /// The databases, by name.
    pub databases: BTreeMap<String, Database>,
}

/// The world of one thread; clones are handles to the same one.
#[derive(Clone)]
pub struct LiveWorld(Rc<Inner>);

struct Inner {
    timer: Timer,
    draws: Draws,
    places: Places,
    upstreams: RefCell<BTreeMap<SocketAddr, Upstream>>,
    listening: RefCell<BTreeMap<Address, Edge>>,
}

impl LiveWorld {
    /// A world with the randomness of `seed`.
    pub fn new(timer: Timer, seed: u64, places: Places) -> Self {
        Self(Rc::new(Inner {
            timer,
            draws: Draws::new(seed),
            places,
            upstreams: RefCell::default(),
            listening: RefCell::default(),
        }))
    }

    /// The timers of its thread.
    pub fn timer(&self) -> &Timer {
        &self.0.timer
    }

    /// Answers what comes to `listener` as the replica `at`, and `GET /metrics` by what `metrics` says; it ends with the
    /// thread's tasks. Requests are served in tasks of their own: a caller that gives up waiting does not stop them.
    pub async fn serve(&self, at: &Address, listener: TcpListener, metrics: impl Fn() -> String + 'static) {
        let (world, at, metrics) = (self.clone(), at.clone(), Rc::new(metrics));
        server::serve(&self.0.timer, listener, move |request| {
            let server = world.0.listening.borrow().get(&at).cloned();
            let metrics = metrics.clone();
            async move {
                if request.method() == Method::GET && request.uri().path() == "/metrics" {
                    return exposition(metrics());
                }
                let Some(server) = server else { return status(StatusCode::SERVICE_UNAVAILABLE) };
                let (head, _) = request.into_parts();
                let request = Request::from_parts(head, Body::empty());
                match spawn_local(server.send(request)).await {
                    Ok(Ok(response)) => response,
                    Ok(Err(_)) | Err(_) => status(StatusCode::INTERNAL_SERVER_ERROR),
                }
            }
        })
        .await;
    }

    fn upstream(&self, address: SocketAddr) -> Upstream {
        let mut upstreams = self.0.upstreams.borrow_mut();
        upstreams.entry(address).or_insert_with(|| Upstream::new(address)).clone()
    }
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The text format of Prometheus, version 0.0.4.
fn exposition(text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes::Bytes::from(text)));
    let format = header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, format);
    response
}

impl World for LiveWorld {
    type Sleep = Sleep;

    fn now_ns(&self) -> i64 {
        self.0.timer.clock().now_ns()
    }

    fn sleep_until(&self, at_ns: i64) -> Sleep {
        self.0.timer.sleep_until(at_ns)
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        spawn_local(task);
    }

    fn draws(&self) -> &Draws {
        &self.0.draws
    }

    fn connect(&self, to: &Address) -> Edge {
        match self.0.places.replicas.get(to) {
            Some(&address) => self.upstream(address).edge(),
            None => Edge::from_fn(|_| Box::pin(std::future::ready(Err(TransportError::Connect)))),
        }
    }

    fn listen(&self, at: &Address, server: Edge) {
        self.0.listening.borrow_mut().insert(at.clone(), server);
    }

    async fn work(&self, work: Work, ns: u64) {
        match work {
            Work::Cpu => burn(ns).await,
            Work::Wait => self.sleep(ns).await,
        }
    }

    async fn query(&self, statement: Statement<'_>) -> Result<(), ErrorType> {
        let Some(database) = self.0.places.databases.get(statement.database) else {
            return Err(ErrorType::Connect);
        };
        database.query(statement, &self.0.draws).await
    }
}
