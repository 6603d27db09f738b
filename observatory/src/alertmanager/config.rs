//! `alertmanager.yml`, checked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::inhibition::InhibitRule;
use super::matcher::{matcher, parse_list};
use super::receiver::Receiver;
use super::route::{Route, RouteText};
use crate::duration::Millis;
use crate::series::{MatchOp, Matcher};

/// A checked configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Every node of the route tree, the root first, each before its children.
    pub(super) routes: Vec<Route>,
    pub(super) receivers: BTreeMap<String, Receiver>,
    pub(super) inhibit_rules: Vec<InhibitRule>,
    /// After how long an alert without an end that is not sent again counts as resolved, milliseconds.
    pub(super) resolve_timeout_ms: i64,
    /// `global`, as written: what integrations fall back on.
    pub(super) global: BTreeMap<String, Value>,
}

/// Why a configuration was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The line, from 1, where it is known.
    pub line: Option<u64>,
    /// What is wrong, and where.
    pub cause: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.cause),
            None => f.write_str(&self.cause),
        }
    }
}

impl std::error::Error for ConfigError {}

impl From<String> for ConfigError {
    fn from(cause: String) -> Self {
        Self { line: None, cause }
    }
}

/// The file as it is written. What does not bear on who is notified when is kept as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigText {
    #[serde(default)]
    global: BTreeMap<String, Value>,
    route: RouteText,
    #[serde(default)]
    receivers: Vec<BTreeMap<String, Value>>,
    #[serde(default)]
    inhibit_rules: Vec<InhibitText>,
    /// Names of files; only the texts of notifications depend on them.
    #[serde(default, rename = "templates")]
    _templates: Vec<String>,
    /// Harmless while no route refers to them, which is refused.
    #[serde(default, rename = "time_intervals")]
    _time_intervals: Vec<Value>,
    #[serde(default, rename = "mute_time_intervals")]
    _mute_time_intervals: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InhibitText {
    #[serde(default, rename = "name")]
    _name: String,
    #[serde(default)]
    source_matchers: Vec<String>,
    #[serde(default)]
    target_matchers: Vec<String>,
    #[serde(default)]
    source_match: BTreeMap<String, String>,
    #[serde(default)]
    source_match_re: BTreeMap<String, String>,
    #[serde(default)]
    target_match: BTreeMap<String, String>,
    #[serde(default)]
    target_match_re: BTreeMap<String, String>,
    #[serde(default)]
    equal: Vec<String>,
}

/// Alertmanager's default of `resolve_timeout`.
pub(super) const DEFAULT_RESOLVE_TIMEOUT: Millis = Millis(300_000);

/// Keys of `global` that are common to all integrations, and how the others begin.
const GLOBAL: [&str; 13] = [
    "resolve_timeout",
    "http_config",
    "smtp_",
    "slack_",
    "pagerduty_",
    "opsgenie_",
    "victorops_",
    "wechat_",
    "webex_",
    "telegram_",
    "jira_",
    "rocketchat_",
    "mattermost_",
];

impl Config {
    /// Reads and checks an `alertmanager.yml`.
    ///
    /// Unknown keys, receivers that no one defines, and routes with time intervals (which are not simulated) are
    /// errors.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let parsed: ConfigText = serde_saphyr::from_str(text).map_err(|error| ConfigError {
            line: error.location().map(|location| location.line()),
            cause: crate::yaml::cause(&error),
        })?;
        if let Some(key) = parsed.global.keys().find(|key| !GLOBAL.iter().any(|known| key.starts_with(known)))
        {
            return Err(format!("global: unknown key `{key}`").into());
        }
        let resolve_timeout_ms = match parsed.global.get("resolve_timeout") {
            None => DEFAULT_RESOLVE_TIMEOUT.0,
            Some(Value::String(text)) => {
                Millis::try_from(text.clone()).map_err(|cause| format!("global.resolve_timeout: {cause}"))?.0
            }
            Some(other) => return Err(format!("global.resolve_timeout: {other} is not a duration").into()),
        };
        let mut receivers = BTreeMap::new();
        for receiver in parsed.receivers {
            let receiver = Receiver::read(receiver)?;
            if let Some(twice) = receivers.insert(receiver.name.clone(), receiver) {
                return Err(format!("receivers: `{}` is defined twice", twice.name).into());
            }
        }
        let known: BTreeSet<&str> = receivers.keys().map(String::as_str).collect();
        let routes = Route::flatten(parsed.route, &known)?;
        let inhibit_rules =
            parsed.inhibit_rules.into_iter().map(InhibitText::read).collect::<Result<_, _>>()?;
        Ok(Self { routes, receivers, inhibit_rules, resolve_timeout_ms, global: parsed.global })
    }

    /// The receivers, by name.
    pub fn receivers(&self) -> impl Iterator<Item = &Receiver> {
        self.receivers.values()
    }

    /// What `global` says of one key, as written.
    pub fn global(&self, key: &str) -> Option<&Value> {
        self.global.get(key)
    }
}

impl InhibitText {
    fn read(self) -> Result<InhibitRule, ConfigError> {
        let in_rule = |cause| format!("inhibit_rules: {cause}");
        Ok(InhibitRule {
            source: read_matchers(&self.source_match, &self.source_match_re, &self.source_matchers)
                .map_err(in_rule)?,
            target: read_matchers(&self.target_match, &self.target_match_re, &self.target_matchers)
                .map_err(in_rule)?,
            equal: self.equal,
        })
    }
}

/// The conditions of all three notations together.
pub(super) fn read_matchers(
    equal: &BTreeMap<String, String>,
    patterns: &BTreeMap<String, String>,
    matchers: &[String],
) -> Result<Vec<Matcher>, String> {
    let mut all = Vec::new();
    for (written, op) in [(equal, MatchOp::Equal), (patterns, MatchOp::Regex)] {
        for (label, value) in written {
            all.push(matcher(label, op, value)?);
        }
    }
    for text in matchers {
        all.extend(parse_list(text)?);
    }
    Ok(all)
}
