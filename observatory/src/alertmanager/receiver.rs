//! Receivers and what they deliver through.

use std::collections::BTreeMap;

use serde_json::Value;

/// A named set of integrations.
#[derive(Debug, Clone, PartialEq)]
pub struct Receiver {
    /// Its name.
    pub name: String,
    /// What a notification goes out through; may be empty.
    pub integrations: Vec<Integration>,
}

/// One way out: one entry of a receiver's `*_configs`.
#[derive(Debug, Clone, PartialEq)]
pub struct Integration {
    /// `pagerduty`, `slack`, `webhook`, …
    pub kind: String,
    /// Whether it also tells of resolved alerts.
    pub send_resolved: bool,
    /// Its settings, as written.
    pub settings: Value,
}

/// Every integration of Alertmanager, and whether it tells of resolved alerts unless it is told otherwise.
const KINDS: [(&str, bool); 18] = [
    ("discord", true),
    ("email", false),
    ("incidentio", true),
    ("jira", true),
    ("mattermost", true),
    ("msteams", true),
    ("msteamsv2", true),
    ("opsgenie", true),
    ("pagerduty", true),
    ("pushover", true),
    ("rocketchat", false),
    ("slack", false),
    ("sns", true),
    ("telegram", true),
    ("victorops", true),
    ("webex", true),
    ("webhook", true),
    ("wechat", false),
];

impl Receiver {
    /// Reads one entry of `receivers`.
    pub(super) fn read(fields: BTreeMap<String, Value>) -> Result<Self, String> {
        let Some(Value::String(name)) = fields.get("name").filter(|name| **name != "") else {
            return Err("receivers: one has no `name`".to_string());
        };
        let mut integrations = Vec::new();
        for (key, entries) in fields.iter().filter(|(key, _)| *key != "name") {
            let known =
                key.strip_suffix("_configs").and_then(|kind| KINDS.iter().find(|(own, _)| *own == kind));
            let Some((kind, send_resolved)) = known else {
                let kinds: Vec<_> = KINDS.iter().map(|(kind, _)| format!("{kind}_configs")).collect();
                return Err(format!(
                    "receiver `{name}`: unknown key `{key}`; known are {}",
                    kinds.join(", ")
                ));
            };
            let Value::Array(entries) = entries else {
                return Err(format!("receiver `{name}`: `{key}` must be a list"));
            };
            for settings in entries {
                let send_resolved = match settings.get("send_resolved") {
                    None => *send_resolved,
                    Some(Value::Bool(told)) => *told,
                    Some(other) => {
                        return Err(format!(
                            "receiver `{name}`: {key}: send_resolved: {other} is not a boolean"
                        ));
                    }
                };
                integrations.push(Integration {
                    kind: kind.to_string(),
                    send_resolved,
                    settings: settings.clone(),
                });
            }
        }
        Ok(Self { name: name.clone(), integrations })
    }
}
