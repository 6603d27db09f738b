//! HTTP/2 from end to end, and gRPC over it: streams both ways, and trailers.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Version};
use http_body::{Body as HttpBody, Frame};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use live_world::clock::Clock;
use live_world::http::client::{Failure, Upstream};
use live_world::http::exec::LocalExec;
use live_world::http::tls::Connector;
use live_world::timer::Timer;
use proxies::http::HttpProxy;
use sim_core::net::{Body, Edge, TransportError};
use sim_core::sync::within;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_local;

use crate::bench::{Proxy, nowhere};
use crate::tls::{certificate, originating, terminating};

/// A body that is sent while the answer to it is read.
struct Fed(UnboundedReceiver<Frame<Bytes>>);

impl Fed {
    fn pair() -> (UnboundedSender<Frame<Bytes>>, Body) {
        let (feed, fed) = unbounded_channel();
        (feed, Body::stream(Self(fed)))
    }
}

impl HttpBody for Fed {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        Poll::Ready(ready!(self.0.poll_recv(cx)).map(Ok))
    }
}

/// Answers with what it is sent, as it comes, and says with which `te`, without which gRPC does not work.
async fn echo(request: Request<Incoming>) -> Result<Response<Incoming>, Infallible> {
    let te = request.headers().get("te").cloned();
    let mut response = Response::new(request.into_body());
    response.headers_mut().extend(te.map(|te| (HeaderName::from_static("asked-with-te"), te)));
    Ok(response)
}

/// Runs the test beside an upstream that speaks nothing but HTTP/2 and echoes.
fn beside_echo(test: impl AsyncFnOnce(SocketAddr)) {
    let run = async |timer: Timer| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        spawn_local(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let http = http2::Builder::new(LocalExec);
                spawn_local(http.serve_connection(TokioIo::new(stream), service_fn(echo)));
            }
        });
        let ended = within(test(address), timer.sleep(10_000_000_000)).await;
        assert!(ended.is_some(), "what was waited for does not come any more");
    };
    live_world::thread::run(Clock::new(), run).unwrap();
}

fn call(body: Body) -> Request<Body> {
    let builder = Request::post("http://shop.example/shop.Orders/Watch").version(Version::HTTP_2);
    builder.header("te", "trailers").header("content-type", "application/grpc").body(body).unwrap()
}

/// The second message is sent after the first has come back: nobody may wait for the end of the request.
async fn converse(client: &Upstream) {
    let (feed, body) = Fed::pair();
    let response = client.exchange(call(body)).await.unwrap();
    assert_eq!((response.status(), response.version()), (StatusCode::OK, Version::HTTP_2));
    assert_eq!(response.headers()["asked-with-te"], "trailers");
    let mut body = response.into_body();
    for message in ["first", "second"] {
        feed.send(Frame::data(Bytes::from_static(message.as_bytes()))).unwrap();
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), message);
    }
    let trailers = HeaderMap::from_iter([("grpc-status".parse().unwrap(), HeaderValue::from(5))]);
    feed.send(Frame::trailers(trailers.clone())).unwrap();
    drop(feed);
    assert_eq!(body.frame().await.unwrap().unwrap().into_trailers().unwrap(), trailers);
    assert!(body.frame().await.is_none());
}

#[test]
fn streams_pass_both_ways_with_their_trailers() {
    beside_echo(async |echo| {
        let proxy = Proxy::to(echo);
        let client = Upstream::new(proxy.address);
        for _ in 0..3 {
            converse(&client).await;
        }
    });
}

#[test]
fn over_tls_it_is_agreed_on_by_alpn() {
    beside_echo(async |echo| {
        let shop = certificate("shop.example");
        let terminating = terminating(&shop, echo);
        let connector = Connector::new("shop.example", shop.cert.pem().as_bytes()).unwrap();
        let originating = originating(connector, terminating.address);
        converse(&Upstream::new(originating.address)).await;
    });
}

/// More than one connection has room for, all at once.
#[test]
fn many_streams_are_under_way_together() {
    beside_echo(async |echo| {
        let proxy = Proxy::to(echo);
        let client = Upstream::new(proxy.address);
        let mut open = Vec::new();
        for _ in 0..250 {
            let (feed, body) = Fed::pair();
            open.push((feed, client.exchange(call(body)).await.unwrap()));
        }
        for (feed, response) in open {
            feed.send(Frame::data(Bytes::from_static(b"late"))).unwrap();
            drop(feed);
            assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "late");
        }
    });
}

#[test]
fn without_a_connection_the_stream_is_answered_and_without_an_answer_it_is_reset() {
    beside_echo(async |_| {
        let down = Proxy::to(nowhere());
        let response = Upstream::new(down.address).exchange(call(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
        let broken = |_: &_, _| Edge::from_fn(|_| Box::pin(std::future::ready(Err(TransportError::Broken))));
        let broken = Proxy::with(HttpProxy::new(nowhere()), broken);
        let answer = Upstream::new(broken.address).exchange(call(Body::empty())).await;
        assert_eq!(answer.err(), Some(Failure::Transport(TransportError::Broken)));
    });
}

/// A stream that the client gives up ends for the upstream, too, and the connection goes on.
#[test]
fn a_stream_that_is_given_up_ends_on_both_sides() {
    beside_echo(async |_| {
        let (tell, mut told) = unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Proxy::to(listener.local_addr().unwrap());
        spawn_local(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let service = service_fn(move |request: Request<Incoming>| {
                let tell = tell.clone();
                async move {
                    tell.send("asked").unwrap();
                    let ended = request.into_body().frame().await;
                    tell.send(if matches!(ended, Some(Err(_))) { "given up" } else { "goes on" }).unwrap();
                    Ok::<_, Infallible>(Response::new(Body::empty()))
                }
            });
            http2::Builder::new(LocalExec).serve_connection(TokioIo::new(stream), service).await
        });
        let client = Upstream::new(proxy.address);
        for _ in 0..2 {
            let (_feed, body) = Fed::pair();
            let client = client.clone();
            let asking = spawn_local(async move { drop(client.exchange(call(body)).await) });
            assert_eq!(told.recv().await, Some("asked"));
            asking.abort();
            assert_eq!(told.recv().await, Some("given up"));
        }
    });
}
