//! The Alertmanager's HTTP API, version 2, of a server of ours or the user's.

use std::collections::BTreeMap;

use hyper::StatusCode;
use live_world::timer::Timer;
use observatory::series::Labels;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::live::http::Client;
use crate::live::rfc3339;

/// A server that is asked.
#[derive(Clone)]
pub(crate) struct Api(Client);

/// An alert that has not been resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KnownAlert {
    /// What others that it inhibits name it by.
    pub(crate) fingerprint: String,
    /// All labels, `alertname` included.
    pub(crate) labels: Labels,
    /// Since when it fires, milliseconds since the Unix epoch.
    pub(crate) starts_at_ms: i64,
    /// The receivers that its routes lead to.
    pub(crate) receivers: Vec<String>,
    /// The fingerprints of the alerts that inhibit it.
    pub(crate) inhibited_by: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AlertText {
    fingerprint: String,
    labels: BTreeMap<String, String>,
    starts_at: String,
    receivers: Vec<ReceiverText>,
    status: StatusText,
}

#[derive(Deserialize)]
struct ReceiverText {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusText {
    inhibited_by: Vec<String>,
}

impl Api {
    /// Asks the server at a URL.
    ///
    /// # Errors
    /// It is no URL that can be asked.
    pub(crate) fn new(timer: &Timer, url: &str) -> Result<Self, String> {
        Ok(Self(Client::new(timer, url)?))
    }

    /// Whether it takes alerts yet.
    ///
    /// # Errors
    /// Not yet, and why.
    pub(crate) async fn ready(&self) -> Result<(), String> {
        match self.0.get("/-/ready").await?.status {
            StatusCode::OK => Ok(()),
            status => Err(format!("it answers {status}")),
        }
    }

    /// The alerts that have not been resolved.
    ///
    /// # Errors
    /// The server cannot be reached, or is no Alertmanager.
    pub(crate) async fn alerts(&self) -> Result<Vec<KnownAlert>, String> {
        let texts: Vec<AlertText> = self.ask("alerts").await?;
        let known = |text: AlertText| {
            let starts_at_ms = rfc3339::to_ms(&text.starts_at)
                .ok_or_else(|| format!("the Alertmanager says {:?}, which is not a time", text.starts_at))?;
            Ok(KnownAlert {
                fingerprint: text.fingerprint,
                labels: text.labels.into_iter().collect(),
                starts_at_ms,
                receivers: text.receivers.into_iter().map(|receiver| receiver.name).collect(),
                inhibited_by: text.status.inhibited_by,
            })
        };
        texts.into_iter().map(known).collect()
    }

    async fn ask<T: DeserializeOwned>(&self, what: &str) -> Result<T, String> {
        let answer = self.0.get(&format!("/api/v2/{what}")).await?;
        serde_json::from_slice(&answer.body).map_err(|error| {
            let status = answer.status.as_u16();
            format!("the answer to {what} is not of the Alertmanager's API (status {status}): {error}")
        })
    }
}
