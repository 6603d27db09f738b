//! Our own API, below `/sim/v1/`: what Toxiproxy's cannot say.
//!
//! | request | does |
//! | --- | --- |
//! | `GET /sim/v1` | the seed, and every type of toxic with its parameters |
//! | `POST /sim/v1/proxies/NAME/toxics` | as Toxiproxy's; with `lease_ms`, the proxy itself removes it after so long |
//! | `GET /sim/v1/proxies/NAME/toxics` | as Toxiproxy's, with what is left of the leases |
//! | `POST /sim/v1/heartbeat` | gives every lease its whole time again |

use std::cell::RefCell;
use std::time::Duration;

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Call;
use super::reply::Reply;
use crate::tcp::error::Refused;
use crate::tcp::proxies::Proxies;
use crate::tcp::proxy::Held;
use crate::tcp::toxics::KINDS;
use crate::toxiproxy::form::{ToxicForm, toxic};

/// The longest lease: a day.
const LONGEST_LEASE_MS: u64 = 86_400_000;

pub(crate) fn answer(proxies: &RefCell<Proxies>, call: &Call, path: &[&str]) -> Reply {
    match (&call.method, path) {
        (&Method::GET, []) => {
            let seed = proxies.borrow().seed();
            Reply::Json(StatusCode::OK, json!({ "seed": seed, "toxics": KINDS }))
        }
        (&Method::GET, ["proxies", proxy, "toxics"]) => list(&proxies.borrow(), proxy).into(),
        (&Method::POST, ["proxies", proxy, "toxics"]) => add(&mut proxies.borrow_mut(), proxy, call).into(),
        (&Method::POST, ["heartbeat"]) => {
            let renewed = proxies.borrow_mut().renew_leases();
            Reply::Json(StatusCode::OK, json!({ "renewed": renewed }))
        }
        (_, path) => Reply::unknown(matches!(path, [] | ["heartbeat"] | ["proxies", _, "toxics"])),
    }
}

#[derive(Deserialize)]
struct Leased {
    #[serde(flatten)]
    toxic: ToxicForm,
    lease_ms: Option<u64>,
}

fn add(proxies: &mut Proxies, proxy: &str, call: &Call) -> Result<Reply, Refused> {
    let Leased { toxic, lease_ms } = call.json()?;
    let lease = match lease_ms {
        None => None,
        Some(ms @ 1..=LONGEST_LEASE_MS) => Some(Duration::from_millis(ms)),
        Some(ms) => {
            let why = format!("lease_ms is {ms} and must be from 1 to {LONGEST_LEASE_MS}");
            return Err(Refused::Body(why));
        }
    };
    let name = proxies.add_toxic(proxy, toxic.into_new(lease))?;
    let held = proxies.get(proxy)?.toxic(&name)?;
    Ok(Reply::Json(StatusCode::OK, leased(held, proxies.now_ns())))
}

fn list(proxies: &Proxies, proxy: &str) -> Result<Reply, Refused> {
    let toxics = &proxies.get(proxy)?.toxics;
    let toxics: Vec<Value> = toxics.iter().map(|held| leased(held, proxies.now_ns())).collect();
    Ok(Reply::Json(StatusCode::OK, toxics.into()))
}

/// A toxic, with what is left of its lease.
fn leased(held: &Held, now_ns: i64) -> Value {
    let mut shown = toxic(&held.toxic);
    let left_ms = held.lease.map(|lease| lease.until_ns.saturating_sub(now_ns).max(0) / 1_000_000);
    shown["lease_ms"] = left_ms.into();
    shown
}
