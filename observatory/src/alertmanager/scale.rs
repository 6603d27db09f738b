//! An `alertmanager.yml` on a shorter timeline.

use serde_json::{Map, Value};

use super::config::{Config, ConfigError, DEFAULT_RESOLVE_TIMEOUT};
use super::route::{DEFAULT_GROUP_INTERVAL, DEFAULT_GROUP_WAIT, DEFAULT_REPEAT_INTERVAL};
use crate::duration::Millis;

/// What of a route is a length of time, and what it is at the root where nothing is said.
const OF_ROUTES: [(&str, Millis); 3] = [
    ("group_wait", DEFAULT_GROUP_WAIT),
    ("group_interval", DEFAULT_GROUP_INTERVAL),
    ("repeat_interval", DEFAULT_REPEAT_INTERVAL),
];

/// The configuration of `text` on a timeline that is `factor` times shorter, as JSON, which is YAML, too:
/// `resolve_timeout` and the waits and intervals of all routes are divided, the defaults included. All else stays, such as
/// the timeouts of integrations.
///
/// # Errors
/// When it is no configuration, or when nothing is left of a duration.
pub fn scaled(text: &str, factor: f64) -> Result<String, ConfigError> {
    Config::parse(text)?;
    let mut root: Map<String, Value> = serde_saphyr::from_str(text).map_err(|error| ConfigError {
        line: error.location().map(|location| location.line()),
        cause: crate::yaml::cause(&error),
    })?;
    if let Value::Object(global) = root.entry("global").or_insert_with(|| Map::new().into()) {
        shorten(global, "resolve_timeout", Some(DEFAULT_RESOLVE_TIMEOUT), factor, "global")?;
    }
    if let Some(Value::Object(route)) = root.get_mut("route") {
        for (key, default) in OF_ROUTES {
            shorten(route, key, Some(default), factor, "route")?;
        }
        children(route, factor, "route")?;
    }
    Ok(serde_json::to_string_pretty(&root).expect("what was read from YAML has a form in JSON"))
}

/// Routes below the root inherit what they do not say.
fn children(route: &mut Map<String, Value>, factor: f64, place: &str) -> Result<(), String> {
    let Some(Value::Array(routes)) = route.get_mut("routes") else { return Ok(()) };
    for (number, route) in routes.iter_mut().enumerate() {
        let place = format!("{place}.routes[{number}]");
        if let Value::Object(route) = route {
            for (key, _) in OF_ROUTES {
                shorten(route, key, None, factor, &place)?;
            }
            children(route, factor, &place)?;
        }
    }
    Ok(())
}

fn shorten(
    map: &mut Map<String, Value>,
    key: &str,
    default: Option<Millis>,
    factor: f64,
    place: &str,
) -> Result<(), String> {
    let written = match map.get(key) {
        Some(Value::String(text)) => Some(Millis::try_from(text.clone())),
        _ => default.map(Ok),
    };
    if let Some(length) = written {
        let shorter = length.and_then(|length| length.shortened(factor));
        let shorter = shorter.map_err(|cause| format!("{place}.{key}: {cause}"))?;
        map.insert(key.to_string(), shorter.to_string().into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
global:
  slack_api_url: "http://127.0.0.1:9095/slack"
route:
  receiver: chat
  group_wait: 30s
  routes:
    - matchers: [severity="page"]
      repeat_interval: 1h
      routes: [{ receiver: chat, group_interval: 10s }]
receivers:
  - name: chat
    webhook_configs: [{ url: "http://127.0.0.1:9095/", timeout: 10s, max_alerts: 5 }]
"#;

    #[test]
    fn the_timeline_is_divided_and_nothing_else() {
        let text = scaled(FILE, 60.0).unwrap();
        Config::parse(&text).unwrap();
        let expected = serde_json::json!({
            "global": { "slack_api_url": "http://127.0.0.1:9095/slack", "resolve_timeout": "5s" },
            "route": {
                "receiver": "chat",
                "group_wait": "500ms",
                "group_interval": "5s",
                "repeat_interval": "4m",
                "routes": [{
                    "matchers": ["severity=\"page\""],
                    "repeat_interval": "1m",
                    "routes": [{ "receiver": "chat", "group_interval": "167ms" }]
                }]
            },
            "receivers": [{
                "name": "chat",
                "webhook_configs": [{ "url": "http://127.0.0.1:9095/", "timeout": "10s", "max_alerts": 5 }]
            }]
        });
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    }

    #[test]
    fn what_vanishes_is_refused() {
        let error = scaled(&FILE.replace("group_interval: 10s", "group_interval: 10ms"), 60.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "route.routes[0].routes[0].group_interval: a time scale of 60 leaves less than a millisecond of 10ms"
        );
    }
}
