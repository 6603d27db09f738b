//! Toxiproxy's HTTP API, unchanged, so that its clients need not know the difference.
//!
//! Paths, forms, statuses and the wording of errors are those of release 2.12 (github.com/Shopify/toxiproxy). What
//! differs is stricter: an attribute that the type does not have, and a value that cannot be, are refused instead of
//! being taken for zero. `form` has the JSON.

pub(crate) mod form;

use std::cell::RefCell;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::control::call::Call;
use crate::control::reply::{Reply, status};
use crate::tcp::error::Refused;
use crate::tcp::proxies::{Proxies, Wanted, resolve};
use form::{ProxyForm, ToxicForm};

/// The release whose API this is, and who speaks it.
const VERSION: &str = concat!("2.12.0+sim.", env!("CARGO_PKG_VERSION"));

pub(crate) async fn answer(proxies: &RefCell<Proxies>, call: &Call) -> Reply {
    let path = call.path();
    match (&call.method, path.as_slice()) {
        (&Method::GET, ["version"]) => Reply::Json(StatusCode::OK, json!({ "version": VERSION })),
        (&Method::POST, ["reset"]) => reset(proxies).await.into(),
        (&Method::POST, ["populate"]) => populate(proxies, call).await,
        (&Method::GET, ["proxies"]) => list(&proxies.borrow()),
        (&Method::POST, ["proxies"]) => create(proxies, call).await.into(),
        (&Method::GET, ["proxies", name]) => shown(&proxies.borrow(), name, StatusCode::OK).into(),
        (&Method::POST | &Method::PATCH, ["proxies", name]) => update(proxies, name, call).await.into(),
        (&Method::DELETE, ["proxies", name]) => {
            proxies.borrow_mut().remove(name).map(|()| Reply::Done).into()
        }
        (method, ["proxies", name, "toxics", rest @ ..]) => {
            toxics(&mut proxies.borrow_mut(), name, method, rest, call).into()
        }
        (_, path) => {
            Reply::unknown(matches!(path, ["version" | "reset" | "populate" | "proxies"] | ["proxies", _]))
        }
    }
}

fn list(proxies: &Proxies) -> Reply {
    let shown = proxies.iter().map(|proxy| (proxy.name.clone(), form::proxy(proxy)));
    Reply::Json(StatusCode::OK, shown.collect::<Map<_, _>>().into())
}

fn shown(proxies: &Proxies, name: &str, status: StatusCode) -> Result<Reply, Refused> {
    Ok(Reply::Json(status, form::proxy(proxies.get(name)?)))
}

async fn create(proxies: &RefCell<Proxies>, call: &Call) -> Result<Reply, Refused> {
    let wanted = call.json::<ProxyForm>()?.into_new("")?;
    let (name, address) = (wanted.name.clone(), resolve(&wanted.listen).await?);
    let mut proxies = proxies.borrow_mut();
    proxies.create(wanted, address)?;
    shown(&proxies, &name, StatusCode::CREATED)
}

async fn update(proxies: &RefCell<Proxies>, name: &str, call: &Call) -> Result<Reply, Refused> {
    let form = call.json::<ProxyForm>()?;
    let wanted = form.into_change_of(proxies.borrow().get(name)?);
    let address = resolve(&wanted.listen).await?;
    let mut proxies = proxies.borrow_mut();
    proxies.update(wanted, address)?;
    shown(&proxies, name, StatusCode::OK)
}

async fn reset(proxies: &RefCell<Proxies>) -> Result<Reply, Refused> {
    let known: Vec<(String, String)> =
        proxies.borrow().iter().map(|proxy| (proxy.name.clone(), proxy.listen.clone())).collect();
    for (name, listen) in known {
        let address = resolve(&listen).await?;
        match proxies.borrow_mut().reset(&name, address) {
            // Somebody has removed it meanwhile.
            Ok(()) | Err(Refused::NoProxy) => {}
            Err(refused) => return Err(refused),
        }
    }
    Ok(Reply::Done)
}

/// Makes proxies one after the other; those made before one that cannot be stay, and are shown.
async fn populate(proxies: &RefCell<Proxies>, call: &Call) -> Reply {
    let wanted = match call.json().and_then(wanted) {
        Ok(wanted) => wanted,
        Err(refused) => return populated(Vec::new(), Err(refused)),
    };
    let mut made = Vec::new();
    for wanted in wanted {
        let name = wanted.name.clone();
        if let Err(refused) = make(proxies, wanted).await {
            return populated(made, Err(refused));
        }
        made.extend(proxies.borrow().get(&name).map(form::proxy));
    }
    populated(made, Ok(()))
}

/// The proxies of a list, if all of them can be understood.
fn wanted(forms: Vec<ProxyForm>) -> Result<Vec<Wanted>, Refused> {
    (1..).zip(forms).map(|(place, form): (usize, _)| form.into_new(&format!(" at proxy {place}"))).collect()
}

async fn make(proxies: &RefCell<Proxies>, wanted: Wanted) -> Result<(), Refused> {
    let address = resolve(&wanted.listen).await?;
    proxies.borrow_mut().create_or_replace(wanted, address)
}

fn populated(proxies: Vec<Value>, result: Result<(), Refused>) -> Reply {
    match result {
        Ok(()) => Reply::Json(StatusCode::CREATED, json!({ "proxies": proxies })),
        Err(refused) => {
            let (status, why) = (status(&refused), refused.to_string());
            Reply::Json(status, json!({ "error": why, "status": status.as_u16(), "proxies": proxies }))
        }
    }
}

/// Makes the proxies that a file lists, as `populate` does.
///
/// # Errors
/// It is no such list, or one of them cannot be made.
pub async fn configure(proxies: &RefCell<Proxies>, json: &str) -> Result<(), Refused> {
    let forms = serde_json::from_str(json).map_err(|error| Refused::Body(error.to_string()))?;
    for wanted in wanted(forms)? {
        make(proxies, wanted).await?;
    }
    Ok(())
}

fn toxics(
    proxies: &mut Proxies,
    proxy: &str,
    method: &Method,
    rest: &[&str],
    call: &Call,
) -> Result<Reply, Refused> {
    let one = |proxies: &Proxies, toxic: &str| {
        Ok(Reply::Json(StatusCode::OK, form::toxic(&proxies.get(proxy)?.toxic(toxic)?.toxic)))
    };
    match (method, rest) {
        (&Method::GET, []) => Ok(Reply::Json(StatusCode::OK, form::toxics(proxies.get(proxy)?))),
        (&Method::POST, []) => {
            let name = proxies.add_toxic(proxy, call.json::<ToxicForm>()?.into_new(None))?;
            one(proxies, &name)
        }
        (&Method::GET, [toxic]) => one(proxies, toxic),
        (&Method::POST | &Method::PATCH, [toxic]) => {
            let (attributes, toxicity) = call.json::<ToxicForm>()?.into_change();
            proxies.update_toxic(proxy, toxic, &attributes, toxicity)?;
            one(proxies, toxic)
        }
        (&Method::DELETE, [toxic]) => proxies.remove_toxic(proxy, toxic).map(|()| Reply::Done),
        (_, rest) => Ok(Reply::unknown(rest.len() < 2)),
    }
}
