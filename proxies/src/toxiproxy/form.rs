//! Toxiproxy's JSON. A field that is missing and one that is `null` say the same.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::tcp::direction::Direction;
use crate::tcp::error::Refused;
use crate::tcp::proxies::{NewToxic, Wanted};
use crate::tcp::proxy::Proxy;
use crate::tcp::toxic::Toxic;

/// A proxy, as it is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ProxyForm {
    name: Option<String>,
    listen: Option<String>,
    upstream: Option<String>,
    enabled: Option<bool>,
}

impl ProxyForm {
    /// A new proxy; `place` says where in the request it stands.
    pub(crate) fn into_new(self, place: &str) -> Result<Wanted, Refused> {
        let given = |field: Option<String>, name: &str| {
            field.filter(|text| !text.is_empty()).ok_or_else(|| Refused::Missing(format!("{name}{place}")))
        };
        Ok(Wanted {
            name: given(self.name, "name")?,
            upstream: given(self.upstream, "upstream")?,
            listen: self.listen.unwrap_or_default(),
            enabled: self.enabled.unwrap_or(true),
        })
    }

    /// What a proxy is to become; its name stays.
    pub(crate) fn into_change_of(self, proxy: &Proxy) -> Wanted {
        Wanted {
            name: proxy.name.clone(),
            listen: self.listen.unwrap_or_else(|| proxy.listen.clone()),
            upstream: self.upstream.unwrap_or_else(|| proxy.upstream.clone()),
            enabled: self.enabled.unwrap_or_else(|| proxy.is_enabled()),
        }
    }
}

/// A toxic, as it is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ToxicForm {
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    stream: Option<String>,
    toxicity: Option<f64>,
    attributes: Option<Map<String, Value>>,
}

impl ToxicForm {
    pub(crate) fn into_new(self, lease: Option<Duration>) -> NewToxic {
        NewToxic {
            name: self.name.filter(|name| !name.is_empty()),
            kind: self.kind.unwrap_or_default(),
            stream: self.stream.unwrap_or_else(|| Direction::Downstream.name().to_owned()),
            toxicity: self.toxicity.unwrap_or(1.0),
            attributes: self.attributes.unwrap_or_default(),
            lease,
        }
    }

    /// What a toxic is to become: only its attributes and its toxicity can change.
    pub(crate) fn into_change(self) -> (Map<String, Value>, Option<f64>) {
        (self.attributes.unwrap_or_default(), self.toxicity)
    }
}

/// A proxy, as it is shown.
pub(crate) fn proxy(proxy: &Proxy) -> Value {
    json!({
        "name": proxy.name,
        "listen": proxy.listen,
        "upstream": proxy.upstream,
        "enabled": proxy.is_enabled(),
        "toxics": toxics(proxy),
    })
}

/// Its toxics, as they are shown: those of one direction, then those of the other.
pub(crate) fn toxics(proxy: &Proxy) -> Value {
    let of = |direction| proxy.toxics.iter().filter(move |held| held.toxic.id.direction == direction);
    Direction::ALL.into_iter().flat_map(of).map(|held| toxic(&held.toxic)).collect()
}

/// A toxic, as it is shown.
pub(crate) fn toxic(toxic: &Toxic) -> Value {
    json!({
        "attributes": toxic.settings.attributes(),
        "name": toxic.id.name,
        "type": toxic.id.kind.name,
        "stream": toxic.id.direction,
        "toxicity": toxic.toxicity,
    })
}
