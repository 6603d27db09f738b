//! The control API of the live proxies: one HTTP server for all that can be asked of them.
//!
//! - Toxiproxy's own API, in [`crate::toxiproxy`]
//! - `sim_v1`: ours, below `/sim/v1/`, for what theirs cannot say
//! - `/metrics`: what is counted, as Prometheus reads it
//! - `call`, `reply`: what is asked and what is answered, for all of them

pub(crate) mod call;
pub(crate) mod reply;
mod sim_v1;

use std::cell::RefCell;
use std::rc::Rc;

use http::{Method, StatusCode, header};
use hyper::body::Incoming;
use live_world::http::server;
use live_world::timer::Timer;
use sim_core::net::Body;
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use crate::tcp::lease;
use crate::tcp::proxies::Proxies;
use crate::toxiproxy;
use call::Call;
use reply::Reply;

/// Where Toxiproxy's clients look for it.
pub const DEFAULT_ADDRESS: &str = "127.0.0.1:8474";

/// Answers what comes to `listener` about these proxies, and removes toxics whose lease is over; it ends with the thread's
/// tasks. With a token, only those are answered who know it (`Authorization: Bearer …`).
pub async fn serve(
    timer: &Timer,
    listener: TcpListener,
    proxies: Rc<RefCell<Proxies>>,
    token: Option<String>,
) {
    spawn_local(lease::keep(proxies.clone(), timer.clone()));
    let token = token.map(Rc::<str>::from);
    server::serve(timer, listener, move |request| {
        let (proxies, token) = (proxies.clone(), token.clone());
        async move { answer(&proxies, token.as_deref(), request).await.into() }
    })
    .await;
}

async fn answer(proxies: &RefCell<Proxies>, token: Option<&str>, request: http::Request<Incoming>) -> Reply {
    if !is_allowed(token, request.headers()) {
        return Reply::error(StatusCode::UNAUTHORIZED, "this needs the token: Authorization: Bearer TOKEN");
    }
    if is_browser(request.headers()) {
        return Reply::error(StatusCode::FORBIDDEN, "User agent not allowed");
    }
    let call = match Call::read(request).await {
        Ok(call) => call,
        Err(refused) => return refused.into(),
    };
    match (&call.method, call.path().as_slice()) {
        (&Method::GET, ["metrics"]) => Reply::Metrics(proxies.borrow().metrics()),
        (_, ["sim", "v1", rest @ ..]) => sim_v1::answer(proxies, &call, rest),
        _ => toxiproxy::answer(proxies, &call).await,
    }
}

/// Whether the token is the one asked for, if one is. The time that it takes tells nothing of it.
fn is_allowed(token: Option<&str>, headers: &http::HeaderMap) -> bool {
    let Some(token) = token else { return true };
    let given =
        headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    let same = |given: &[u8]| {
        let differing = given.iter().zip(token.as_bytes()).fold(0, |bits, (a, b)| bits | (a ^ b));
        given.len() == token.len() && differing == 0
    };
    given.is_some_and(same)
}

/// A page in a browser must not reach the API in its user's name; Toxiproxy turns them away by this, too.
fn is_browser(headers: &http::HeaderMap) -> bool {
    headers.get(header::USER_AGENT).is_some_and(|agent| agent.as_bytes().starts_with(b"Mozilla/"))
}

impl From<Reply> for http::Response<Body> {
    fn from(reply: Reply) -> Self {
        reply.into_response()
    }
}
