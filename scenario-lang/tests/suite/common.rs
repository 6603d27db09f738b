//! What the tests share: a vocabulary like the real one, and files that are held in memory.

use std::collections::BTreeMap;

use scenario_lang::Loader;
use scenario_lang::vocabulary::{Spec, Vocabulary};

/// The rows that the shipped scenarios use.
pub(crate) fn vocabulary() -> Vocabulary {
    fn spec(keyword: &'static str, forms: &'static [&'static str]) -> Spec {
        Spec { keyword, forms, doc: "", example: "" }
    }
    Vocabulary {
        faults: vec![
            spec("latency", &["latency {delay:distribution}"]),
            spec("abort", &["abort {status:status}"]),
        ],
        open_shapes: vec![
            spec("hold", &["hold {rate:rate} [for {for:duration}]"]),
            spec("ramp", &["ramp [{from:rate}] to {to:rate} over {over:duration}"]),
        ],
        closed_shapes: vec![spec("users", &["users {users:count} [for {for:duration}]"])],
        checks: vec![
            spec(
                "alert",
                &[
                    "alert {alert:alert} fires {when:when}",
                    "alert {alert:alert} never fires [{when:when}]",
                    "alert {alert:alert} resolves {when:when}",
                ],
            ),
            spec("no", &["no other alert fires [{when:when}]"]),
            spec("page", &["page {receiver:receiver} {when:when} [, at most {max:count}]"]),
            spec("budget", &["budget {slo:slo} remaining {op:comparison} {value:ratio} {when:when}"]),
            spec(
                "promql",
                &[
                    "promql {query:text} always {when:when}",
                    "promql {query:text} never {when:when}",
                    "promql {query:text} eventually {when:when}",
                ],
            ),
            spec(
                "trace",
                &[
                    "trace through {service:service} [error: with error] [calling {peer:node}], at least {min:count} [{when:when}]",
                ],
            ),
            spec(
                "log",
                &[
                    "log in {service:service} matching {pattern:text} [trace: with trace_id], at least {min:count} [{when:when}]",
                ],
            ),
            spec("client", &["client {quantile:quantile} {op:comparison} {limit:duration} [{when:when}]"]),
        ],
    }
}

/// Files by name; a pattern matches what begins with the text before its `*` and ends with the text after it.
#[derive(Default)]
pub(crate) struct Files(pub(crate) BTreeMap<String, String>);

impl Files {
    /// With another file.
    pub(crate) fn with(mut self, name: &str, text: &str) -> Self {
        self.0.insert(name.to_owned(), text.to_owned());
        self
    }

    /// The shipped library, and the files that it refers to.
    pub(crate) fn shipped() -> Self {
        Self::default()
            .with("scenarios/burn-rate.scn", include_str!("../../../scenarios/burn-rate.scn"))
            .with("scenarios/lib/shop.scn", include_str!("../../../scenarios/lib/shop.scn"))
            .with("compose/prometheus/rules/slo.yml", "")
            .with("compose/alertmanager/alertmanager.yml", "")
    }
}

impl Loader for Files {
    fn read(&self, name: &str) -> Result<String, String> {
        self.0.get(name).cloned().ok_or_else(|| "no such file".to_owned())
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, String> {
        let (before, after) = pattern.split_once('*').unwrap_or((pattern, ""));
        let fits = |name: &&String| {
            name.starts_with(before) && name.ends_with(after) && name.len() >= pattern.len() - 1
        };
        Ok(self.0.keys().filter(fits).cloned().collect())
    }
}
