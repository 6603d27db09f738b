//! What the Alertmanager sends to Slack, to PagerDuty (version 2) and to webhooks (version 4).

use std::collections::BTreeMap;

use observatory::alertmanager::{NotifiedAlert, Status};
use observatory::series::Labels;
use serde::Deserialize;

use crate::live::alertmanager::redirect::CARRIER;
use crate::live::{rfc3339, url};

/// One delivery.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    /// The labels that its group is grouped by.
    pub(super) group: Labels,
    /// Its alerts, firing ones first.
    pub(super) alerts: Vec<NotifiedAlert>,
}

/// Reads what an integration of that kind was sent; those that Slack and PagerDuty are not have become webhooks.
pub(super) fn read(kind: &str, body: &[u8]) -> Result<Message, String> {
    let mut message = match kind {
        "slack" => slack(body),
        "pagerduty" => pagerduty(body),
        _ => webhook(body),
    }?;
    if message.alerts.is_empty() {
        return Err("it has no alerts".to_owned());
    }
    message.alerts.sort_by_key(|alert| alert.status == Status::Resolved);
    Ok(message)
}

#[derive(Deserialize)]
struct Slack {
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
struct Attachment {
    #[serde(default)]
    fields: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    title: String,
    value: String,
}

fn slack(body: &[u8]) -> Result<Message, String> {
    let slack: Slack =
        serde_json::from_slice(body).map_err(|error| format!("not a Slack message: {error}"))?;
    let mut fields = slack.attachments.into_iter().flat_map(|attachment| attachment.fields);
    let carrier = fields.find(|field| field.title == CARRIER);
    carried(&carrier.ok_or_else(no_carrier)?.value)
}

#[derive(Deserialize)]
struct PagerDuty {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    custom_details: BTreeMap<String, String>,
}

fn pagerduty(body: &[u8]) -> Result<Message, String> {
    let event: PagerDuty = serde_json::from_slice(body)
        .map_err(|error| format!("not an event of PagerDuty's version 2: {error}"))?;
    carried(event.payload.custom_details.get(CARRIER).ok_or_else(no_carrier)?)
}

fn no_carrier() -> String {
    format!("it has no field `{CARRIER}`: only a configuration of ours adds it")
}

/// Reads the field that carries the alerts; see [`crate::live::alertmanager::redirect`].
fn carried(text: &str) -> Result<Message, String> {
    let mut lines = text.lines();
    let group = labels(lines.next().unwrap_or_default())?.into_iter().collect();
    let alert = |line: &str| -> Result<NotifiedAlert, String> {
        let parts: Vec<&str> = line.split(' ').collect();
        let &[status, start, end, own, annotations] = &parts[..] else {
            return Err(format!("{line:?} has not the five parts of an alert"));
        };
        let (status, ms) =
            (read_status(status)?, |text: &str| text.parse().map_err(|_| format!("no time: {text:?}")));
        Ok(NotifiedAlert {
            labels: labels(own)?.into_iter().collect(),
            status,
            annotations: labels(annotations)?,
            starts_at_ms: ms(start)?,
            ends_at_ms: (status == Status::Resolved).then(|| ms(end)).transpose()?,
        })
    };
    Ok(Message { group, alerts: lines.map(alert).collect::<Result<_, _>>()? })
}

fn labels(form: &str) -> Result<Vec<(String, String)>, String> {
    let pair = |field: &str| {
        let (name, value) = field.split_once('=')?;
        Some((name.to_owned(), url::decode(value, true)?))
    };
    let fields = form.split('&').filter(|field| !field.is_empty());
    fields.map(|field| pair(field).ok_or_else(|| format!("{field:?} is not a label"))).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Webhook {
    version: String,
    group_labels: BTreeMap<String, String>,
    alerts: Vec<WebhookAlert>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WebhookAlert {
    status: String,
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: String,
    ends_at: String,
}

fn webhook(body: &[u8]) -> Result<Message, String> {
    let webhook: Webhook =
        serde_json::from_slice(body).map_err(|error| format!("not a webhook's: {error}"))?;
    if webhook.version != "4" {
        return Err(format!("version {:?} of webhooks is not known, 4 is", webhook.version));
    }
    let ms = |text: &str| rfc3339::to_ms(text).ok_or_else(|| format!("{text:?} is not a time"));
    let alert = |alert: WebhookAlert| -> Result<NotifiedAlert, String> {
        let status = read_status(&alert.status)?;
        Ok(NotifiedAlert {
            labels: alert.labels.into_iter().collect(),
            status,
            annotations: alert.annotations.into_iter().collect(),
            starts_at_ms: ms(&alert.starts_at)?,
            ends_at_ms: (status == Status::Resolved).then(|| ms(&alert.ends_at)).transpose()?,
        })
    };
    let alerts = webhook.alerts.into_iter().map(alert).collect::<Result<_, _>>()?;
    Ok(Message { group: webhook.group_labels.into_iter().collect(), alerts })
}

fn read_status(text: &str) -> Result<Status, String> {
    match text {
        "firing" => Ok(Status::Firing),
        "resolved" => Ok(Status::Resolved),
        _ => Err(format!("{text:?} is not the status of an alert")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_bodies_are_errors() {
        let not_ours = [
            (
                "slack",
                r#"{"attachments":[{"fields":[{"title":"a","value":"b"}]}]}"#,
                "no field `flight-simulator`",
            ),
            ("slack", "hello", "not a Slack message"),
            ("pagerduty", r#"{"payload":{"custom_details":{}}}"#, "no field"),
            ("webhook", r#"{"version":"5","groupLabels":{},"alerts":[]}"#, "version \"5\""),
            ("webhook", r#"{"version":"4","groupLabels":{},"alerts":[]}"#, "no alerts"),
            ("email", "\u{0}", "not a webhook's"),
        ];
        for (kind, body, cause) in not_ours {
            let error = read(kind, body.as_bytes()).unwrap_err();
            assert!(error.contains(cause), "{kind}: {error}");
        }
        for broken in ["", "\n", "a=b&\nfiring 1 2", "a=%\n", "\nlit 1 2 a=b& ", "\nresolved 1 x a=b& "] {
            let body =
                serde_json::json!({ "attachments": [{ "fields": [{ "title": CARRIER, "value": broken }] }] });
            assert!(read("slack", body.to_string().as_bytes()).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn the_carrier_is_read_with_everything_that_was_encoded() {
        let text =
            "alertname=A+B&\nresolved 1 2 alertname=A+B&x=%26%3D%0A& &\nfiring 3 -62135596800000 a=b& s=t&";
        let body = serde_json::json!({ "payload": { "custom_details": { CARRIER: text } } });
        let message = read("pagerduty", body.to_string().as_bytes()).unwrap();
        assert_eq!(message.group.get("alertname"), Some("A B"));
        let [firing, resolved] = &message.alerts[..] else { panic!("two alerts") };
        assert_eq!((firing.status, firing.starts_at_ms, firing.ends_at_ms), (Status::Firing, 3, None));
        assert_eq!(firing.annotations, [("s".to_owned(), "t".to_owned())]);
        assert_eq!((resolved.labels.get("x"), resolved.ends_at_ms), (Some("&=\n"), Some(2)));
    }
}
