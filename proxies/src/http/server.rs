//! The client's side of the proxy.

use std::rc::Rc;

use http::{Method, Request, Response, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::Builder;
use live_world::http::exec::LocalExec;
use live_world::http::server::accept;
use live_world::http::tls::Acceptor;
use live_world::timer::Timer;
use sim_core::net::{Answer, Body, TransportError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use super::{Way, body, hop, tunnel};

pub(super) async fn serve(timer: Timer, listener: TcpListener, tls: Option<Acceptor>, way: Rc<Way>) {
    // The upstream says when it answered.
    let mut http = Builder::new(LocalExec);
    http.http1().auto_date_header(false);
    http.http2().auto_date_header(false);
    let http = Rc::new(http);
    accept(&timer, listener, |stream| {
        let (http, tls, way) = (http.clone(), tls.clone(), way.clone());
        spawn_local(async move {
            match tls {
                None => connection(stream, &http, way).await,
                Some(tls) => {
                    // A client that cannot shake hands has been told so by then.
                    let Ok(stream) = tls.accept(stream).await else { return };
                    connection(stream, &http, way).await;
                }
            }
        });
    })
    .await;
}

/// Serves one connection, in the version of HTTP that its first bytes are of.
async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    http: &Builder<LocalExec>,
    way: Rc<Way>,
) {
    let service = service_fn(move |request| hand_on(request, way.clone()));
    // A client that breaks off or speaks no HTTP is its own affair; hyper has answered what could be answered.
    let _ = http.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
}

/// Hands on one request. When the client goes away this future is dropped, and with it the request to the upstream.
async fn hand_on(mut request: Request<Incoming>, way: Rc<Way>) -> Answer {
    let _in_flight = way.traffic.begin();
    let may_upgrade = request.headers().contains_key(header::UPGRADE) || request.method() == Method::CONNECT;
    let client = may_upgrade.then(|| hyper::upgrade::on(&mut request));
    let mut request = request.map(body::streamed);
    if request.version() != Version::HTTP_2 {
        hop::strip(request.headers_mut());
        *request.version_mut() = Version::HTTP_11;
    }
    let mut response = match way.edge.send(request).await {
        Ok(response) => response,
        Err(TransportError::Connect) => return Ok(status(StatusCode::BAD_GATEWAY)),
        // Without an answer, hyper closes the client's connection, or resets its stream.
        Err(TransportError::Broken) => return Err(TransportError::Broken),
    };
    if response.version() != Version::HTTP_2 {
        hop::strip(response.headers_mut());
        *response.version_mut() = Version::HTTP_11;
    }
    if let Some(client) = client {
        tunnel::after(client, &mut response);
    }
    Ok(response)
}

/// What the client is told when the upstream gave no answer that could be handed on.
pub(super) fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
