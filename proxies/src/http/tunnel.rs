//! What a connection is after it has left HTTP: bytes, both ways.

use http::{Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use sim_core::net::Body;
use tokio::io::copy_bidirectional;
use tokio::task::spawn_local;

/// Joins the two connections if this answer turns them into tunnels: 101, or a success to `CONNECT`, whose clients alone
/// come here without having asked for an upgrade.
pub(super) fn after(client: OnUpgrade, response: &mut Response<Body>) {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS || response.status().is_success() {
        let upstream = hyper::upgrade::on(response);
        spawn_local(join(client, upstream));
    }
}

/// Neither becomes a tunnel where the other side broke off, or the success was not one to `CONNECT`.
async fn join(client: OnUpgrade, upstream: OnUpgrade) {
    let (Ok(client), Ok(upstream)) = (client.await, upstream.await) else { return };
    // Whoever breaks off ends it for both.
    let _ = copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(upstream)).await;
}
