//! A small HTTP/1.1 client and a small server, both bounded in time and size.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode, client, server, service::service_fn};
use hyper_util::rt::TokioIo;
use live_world::timer::Timer;
use sim_core::sync::{Semaphore, within};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet, spawn_local};

use super::url::Base;

/// Asks one HTTP API, with a connection for each request.
#[derive(Clone)]
pub(crate) struct Client {
    timer: Timer,
    base: Base,
}

/// What an API has answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The whole body.
    pub(crate) body: Bytes,
}

/// How long an answer may take.
const ANSWER_NS: u64 = 30_000_000_000;

/// How large an answer may be: a matrix of some million samples.
const ANSWER_BYTES: usize = 256 << 20;

/// How large a request to us may be, and how long it may take to arrive.
const REQUEST_BYTES: usize = 16 << 20;
const REQUEST_NS: u64 = 10_000_000_000;

/// How many connections a server has at once; more wait.
const CONNECTIONS: usize = 4_096;

impl Client {
    /// A client of the API at a URL.
    ///
    /// # Errors
    /// It is no URL that can be asked.
    pub(crate) fn new(timer: &Timer, url: &str) -> Result<Self, String> {
        Ok(Self { timer: timer.clone(), base: Base::parse(url)? })
    }

    /// The timers that it waits with.
    pub(crate) fn timer(&self) -> &Timer {
        &self.timer
    }

    /// Asks for a path, which may have a query.
    ///
    /// # Errors
    /// No connection, no answer in time, or one that is no HTTP or too large.
    pub(crate) async fn get(&self, path: &str) -> Result<Answer, String> {
        self.send(Method::GET, path, None, Bytes::new()).await
    }

    /// Posts a body.
    ///
    /// # Errors
    /// As of [`Self::get`].
    pub(crate) async fn post(&self, path: &str, content_type: &str, body: Bytes) -> Result<Answer, String> {
        self.send(Method::POST, path, Some(content_type), body).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Bytes,
    ) -> Result<Answer, String> {
        let Base { authority, prefix } = &self.base;
        let mut request =
            Request::builder().method(method).uri(format!("{prefix}{path}")).header(HOST, authority);
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let answer = match request.body(Full::new(body)) {
            Ok(request) => within(exchange(authority, request), self.timer.sleep(ANSWER_NS)).await,
            Err(error) => Some(Err(error.to_string())),
        };
        let late = || Err(format!("no answer within {} s", ANSWER_NS / 1_000_000_000));
        answer.unwrap_or_else(late).map_err(|cause| format!("http://{authority}{prefix}{path}: {cause}"))
    }
}

async fn exchange(authority: &str, request: Request<Full<Bytes>>) -> Result<Answer, String> {
    let stream = TcpStream::connect(authority).await.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let shaken = client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|error| error.to_string())?;
    // It ends with the sender and the body; what goes wrong is told to these.
    spawn_local(async move { connection.await.ok() });
    let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
    let status = response.status();
    let body = Limited::new(response.into_body(), ANSWER_BYTES).collect().await;
    let body = body.map_err(|error| error.to_string())?.to_bytes();
    Ok(Answer { status, body })
}

/// A server, on a free port of the loopback interface unless told otherwise. Dropped, it closes all connections.
pub(crate) struct Server {
    address: SocketAddr,
    accepting: AbortHandle,
}

impl Server {
    /// Starts one that answers whole requests.
    ///
    /// # Errors
    /// No port is free.
    pub(crate) async fn start(
        timer: &Timer,
        handler: impl Fn(Request<Bytes>) -> Response<Full<Bytes>> + 'static,
    ) -> io::Result<Self> {
        Self::start_at(timer, (Ipv4Addr::LOCALHOST, 0).into(), handler).await
    }

    /// Starts one at this address.
    ///
    /// # Errors
    /// The port is taken, or is not this user's to take.
    pub(crate) async fn start_at(
        timer: &Timer,
        address: SocketAddr,
        handler: impl Fn(Request<Bytes>) -> Response<Full<Bytes>> + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let accepting = spawn_local(accept(listener, timer.clone(), Rc::new(handler))).abort_handle();
        Ok(Self { address, accepting })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// An answer with a text.
pub(crate) fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response
}

async fn accept(
    listener: TcpListener,
    timer: Timer,
    handler: Rc<impl Fn(Request<Bytes>) -> Response<Full<Bytes>> + 'static>,
) {
    let free = Semaphore::new(CONNECTIONS);
    // With this task all of these end.
    let mut connections = JoinSet::new();
    loop {
        let permit = free.acquire().await;
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            // Too many descriptors are open; some will be closed.
            timer.sleep(REQUEST_NS / 100).await;
            continue;
        };
        let (timer, handler) = (timer.clone(), handler.clone());
        connections.spawn_local(async move {
            let _permit = permit;
            // Without it, short answers wait for the peer's acknowledgement.
            let _ = stream.set_nodelay(true);
            let service = service_fn(async |request| {
                Ok::<_, Infallible>(match read(request, &timer).await {
                    Ok(request) => handler(request),
                    Err((status, cause)) => text(status, cause),
                })
            });
            // A peer that breaks off or speaks something else has nobody who could be told.
            let mut http = server::conn::http1::Builder::new();
            let _ = http.header_read_timeout(None).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// The request with its whole body, or what to answer instead.
async fn read(request: Request<Incoming>, timer: &Timer) -> Result<Request<Bytes>, (StatusCode, String)> {
    let (head, body) = request.into_parts();
    let body = within(Limited::new(body, REQUEST_BYTES).collect(), timer.sleep(REQUEST_NS)).await;
    match body {
        Some(Ok(body)) => Ok(Request::from_parts(head, body.to_bytes())),
        Some(Err(error)) => Err((StatusCode::PAYLOAD_TOO_LARGE, error.to_string())),
        None => Err((StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::live::testing::on_one_thread;

    async fn echo(timer: &Timer) -> (Server, Client) {
        let server = Server::start(timer, |request| {
            let told = format!("{} {} ", request.method(), request.uri());
            text(StatusCode::ACCEPTED, [told.as_bytes(), request.body()].concat())
        });
        let server = server.await.unwrap();
        let client = Client::new(timer, &format!("http://{}/base/", server.address())).unwrap();
        (server, client)
    }

    #[test]
    fn requests_and_answers_arrive_whole() {
        on_one_thread(async |timer| {
            let (_server, client) = echo(&timer).await;
            let answer = client.get("/path?q=1").await.unwrap();
            assert_eq!((answer.status.as_u16(), &answer.body[..]), (202, &b"GET /base/path?q=1 "[..]));
            let answer = client.post("/", "text/plain", Bytes::from(vec![b'x'; 1 << 20])).await.unwrap();
            assert_eq!(answer.body.len(), "POST /base/ ".len() + (1 << 20));
        });
    }

    #[test]
    fn too_large_a_request_is_refused_and_the_next_one_served() {
        on_one_thread(async |timer| {
            let (_server, client) = echo(&timer).await;
            let answer = client.post("/", "text/plain", Bytes::from(vec![b'x'; REQUEST_BYTES + 1])).await;
            // The answer may be lost, as the rest of the body meets a closed connection.
            assert!(answer.is_err() || answer.unwrap().status == StatusCode::PAYLOAD_TOO_LARGE);
            assert!(client.get("/").await.is_ok());
        });
    }

    #[test]
    fn a_peer_that_speaks_no_http_or_does_not_listen_is_an_error_with_its_address() {
        on_one_thread(async |timer| {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            spawn_local(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 1000]).await;
                stream.write_all(b"garbage\r\n\r\n").await.unwrap();
            });
            let client = Client::new(&timer, &url).unwrap();
            for _ in 0..2 {
                let error = client.get("/x").await.unwrap_err();
                assert!(error.starts_with(&format!("{url}/x: ")), "{error}");
            }
        });
    }

    #[test]
    fn a_server_that_is_dropped_listens_no_more() {
        on_one_thread(async |timer| {
            let (server, client) = echo(&timer).await;
            assert!(client.get("/").await.is_ok());
            drop(server);
            tokio::task::yield_now().await;
            assert!(client.get("/").await.is_err());
        });
    }
}
