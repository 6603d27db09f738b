//! The server's side: answers what comes to a listener.

use std::convert::Infallible;
use std::future::Future;
use std::rc::Rc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use sim_core::net::Body;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_local;

use crate::timer::Timer;

/// How long nobody is taken in when the process has no descriptor left.
const EXHAUSTED_NS: u64 = 10_000_000;

/// Takes in whoever connects to a listener; it ends with the thread's tasks.
pub async fn accept(timer: &Timer, listener: TcpListener, mut connected: impl FnMut(TcpStream)) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                connected(stream);
            }
            // The connection waits in the kernel's queue until a descriptor is free.
            Err(_) => timer.sleep(EXHAUSTED_NS).await,
        }
    }
}

/// Answers every request on every connection, each connection in a task of its own; it ends with the thread's tasks.
pub async fn serve<F>(
    timer: &Timer,
    listener: TcpListener,
    answer: impl Fn(http::Request<Incoming>) -> F + 'static,
) where
    F: Future<Output = http::Response<Body>> + 'static,
{
    let answer = Rc::new(answer);
    accept(timer, listener, |stream| {
        spawn_local(connection(stream, answer.clone()));
    })
    .await;
}

async fn connection<F>(stream: TcpStream, answer: Rc<impl Fn(http::Request<Incoming>) -> F + 'static>)
where
    F: Future<Output = http::Response<Body>> + 'static,
{
    let service = service_fn(move |request| {
        let answered = answer(request);
        async { Ok::<_, Infallible>(answered.await) }
    });
    // A client that breaks off or speaks no HTTP is its own affair; hyper has answered what could be answered.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
