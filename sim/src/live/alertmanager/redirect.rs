//! An `alertmanager.yml` that notifies us instead of people.
//!
//! Routes, groups, waits and inhibitions stay as they are. Every integration of every receiver keeps its texts, and gets a
//! URL that says which one it is: `/slack/RECEIVER/0`. What cannot be led to a URL, such as e-mail, becomes a webhook, so
//! that it is seen all the same.

use std::net::SocketAddr;
use std::path::Path;

use observatory::alertmanager::{Config, Integration, Receiver};
use serde_json::{Map, Value, json};

use crate::live::url;

/// The field that Slack's and PagerDuty's messages carry the alerts in: their texts are made for people and leave most
/// labels out.
pub(crate) const CARRIER: &str = "flight-simulator";

/// What it is filled with: the labels of the group, then one alert a line with its status, start, end, labels and
/// annotations.
const CARRIED: &str = concat!(
    "{{ range .GroupLabels.SortedPairs }}{{ .Name }}={{ .Value | urlquery }}&{{ end }}",
    "{{ range .Alerts }}\n{{ .Status }} {{ .StartsAt.UnixMilli }} {{ .EndsAt.UnixMilli }}",
    " {{ range .Labels.SortedPairs }}{{ .Name }}={{ .Value | urlquery }}&{{ end }}",
    " {{ range .Annotations.SortedPairs }}{{ .Name }}={{ .Value | urlquery }}&{{ end }}{{ end }}",
);

/// Reads an `alertmanager.yml` and leads its integrations to a listener of ours. `folder` is where the file lies: names of
/// template files are relative to it.
///
/// # Errors
/// The text is no `alertmanager.yml`.
pub(crate) fn redirect(text: &str, folder: &Path, listener: SocketAddr) -> Result<Value, String> {
    let config = Config::parse(text).map_err(|error| error.to_string())?;
    let mut tree: Map<String, Value> = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let timeout = config.global("resolve_timeout").map(|timeout| json!({ "resolve_timeout": timeout }));
    // What is left out says how to reach the world outside.
    tree.insert("global".to_owned(), timeout.unwrap_or_else(|| json!({})));
    if let Some(Value::Array(templates)) = tree.get_mut("templates") {
        for template in templates {
            if let Value::String(name) = template {
                *name = folder.join(&*name).display().to_string();
            }
        }
    }
    let receivers = config.receivers().map(|receiver| redirected(receiver, listener));
    tree.insert("receivers".to_owned(), receivers.collect());
    Ok(Value::Object(tree))
}

fn redirected(receiver: &Receiver, listener: SocketAddr) -> Value {
    let mut fields = Map::new();
    fields.insert("name".to_owned(), json!(receiver.name));
    for (index, integration) in receiver.integrations.iter().enumerate() {
        let Integration { kind, .. } = integration;
        let url = format!("http://{listener}/{kind}/{}/{index}", url::encode(&receiver.name));
        let (kind, settings) = led_to(integration, &url);
        let entries = fields.entry(format!("{kind}_configs")).or_insert_with(|| json!([]));
        if let Value::Array(entries) = entries {
            entries.push(Value::Object(settings));
        }
    }
    Value::Object(fields)
}

/// What an integration becomes, and its settings.
fn led_to(integration: &Integration, url: &str) -> (&'static str, Map<String, Value>) {
    let mut settings = integration.settings.as_object().cloned().unwrap_or_default();
    settings.retain(|key, _| key != "http_config" && !key.ends_with("_file"));
    settings.insert("send_resolved".to_owned(), json!(integration.send_resolved));
    match &*integration.kind {
        "slack" => {
            settings.insert("api_url".to_owned(), json!(url));
            let carrier = json!({ "title": CARRIER, "value": CARRIED });
            match settings.get_mut("fields") {
                Some(Value::Array(fields)) => fields.push(carrier),
                _ => drop(settings.insert("fields".to_owned(), json!([carrier]))),
            }
            ("slack", settings)
        }
        "pagerduty" => {
            settings.insert("url".to_owned(), json!(url));
            // With a `service_key`, it would speak the first version of the API, at an address of its own.
            let key = settings.remove("service_key").unwrap_or_else(|| json!("no-key"));
            settings.entry("routing_key").or_insert(key);
            match settings.get_mut("details") {
                Some(Value::Object(details)) => drop(details.insert(CARRIER.to_owned(), json!(CARRIED))),
                _ => drop(settings.insert("details".to_owned(), json!({ CARRIER: CARRIED }))),
            }
            ("pagerduty", settings)
        }
        "webhook" => {
            settings.insert("url".to_owned(), json!(url));
            ("webhook", settings)
        }
        _ => {
            settings.retain(|key, _| key == "send_resolved");
            settings.insert("url".to_owned(), json!(url));
            ("webhook", settings)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r##"
global: {resolve_timeout: 1m, smtp_smarthost: "mail:25", slack_api_url_file: /secret, http_config: {proxy_url: "http://p"}}
templates: ["t/*.tmpl", /abs/x.tmpl]
route: {receiver: a b, group_wait: 1s}
receivers:
  - name: a b
    slack_configs: [{channel: "#x", api_url_file: /y, fields: [{title: T, value: V}]}, {send_resolved: true}]
    pagerduty_configs: [{service_key: k, http_config: {}}, {routing_key_file: /z, details: {x: kept}}]
    email_configs: [{to: me@example.org}]
    webhook_configs: [{url: "http://example.org/", max_alerts: 3}]
  - name: nobody
"##;

    #[test]
    fn every_integration_leads_to_us_and_nothing_leads_elsewhere() {
        let listener = SocketAddr::from(([127, 0, 0, 1], 9));
        let tree = redirect(CONFIG, Path::new("/base"), listener).unwrap();
        assert_eq!(tree["global"], json!({ "resolve_timeout": "1m" }));
        assert_eq!(tree["templates"], json!(["/base/t/*.tmpl", "/abs/x.tmpl"]));
        assert_eq!(tree["route"], json!({ "receiver": "a b", "group_wait": "1s" }));
        assert_eq!(tree["receivers"][1], json!({ "name": "nobody" }));
        let receiver = &tree["receivers"][0];
        let slack = &receiver["slack_configs"];
        assert_eq!(slack[0]["fields"][0], json!({ "title": "T", "value": "V" }));
        assert_eq!((&slack[0]["send_resolved"], &slack[1]["send_resolved"]), (&json!(false), &json!(true)));
        let pagerduty = &receiver["pagerduty_configs"];
        assert_eq!(
            (&pagerduty[0]["routing_key"], &pagerduty[1]["routing_key"]),
            (&json!("k"), &json!("no-key"))
        );
        assert_eq!(pagerduty[1]["details"]["x"], json!("kept"));
        let webhooks = &receiver["webhook_configs"];
        assert_eq!((&webhooks[0]["send_resolved"], &webhooks[1]["max_alerts"]), (&json!(false), &json!(3)));
        let text = tree.to_string();
        for gone in ["_file\"", "http_config", "mail:25", "service_key", "example.org", "email_configs"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        let mut urls: Vec<&str> = text.split('"').filter(|part| part.starts_with("http://")).collect();
        urls.sort_unstable();
        let expected =
            ["email/a%20b/0", "pagerduty/a%20b/1", "pagerduty/a%20b/2", "slack/a%20b/3", "slack/a%20b/4"];
        let expected =
            expected.into_iter().chain(["webhook/a%20b/5"]).map(|path| format!("http://127.0.0.1:9/{path}"));
        assert_eq!(urls, expected.collect::<Vec<_>>());
    }
}
