//! What a proxy counts, as Prometheus reads it. Everything moves while connections live.

use metrics::{Counter, Gauge, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusRecorder;

use super::direction::Direction;
use super::toxics::kind::Kind;

static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

const RECEIVED: &str = "sim_proxy_received_bytes_total";
const SENT: &str = "sim_proxy_sent_bytes_total";
const CONNECTIONS: &str = "sim_proxy_connections_total";
const OPEN: &str = "sim_proxy_connections_open";
const FAILED: &str = "sim_proxy_connect_failures_total";
const HITS: &str = "sim_proxy_toxic_connections_total";

/// Says what the counts are.
pub(crate) fn describe(recorder: &PrometheusRecorder) {
    let counters = [
        (RECEIVED, "Bytes that the proxy has received, by the direction in which they go."),
        (SENT, "Bytes that the proxy has sent, by the direction in which they go."),
        (CONNECTIONS, "Connections that clients have opened."),
        (FAILED, "Connections for which the server could not be reached."),
        (HITS, "Connections that a toxic has taken hold of."),
    ];
    for (name, text) in counters {
        recorder.describe_counter(name.into(), None, text.into());
    }
    recorder.describe_gauge(OPEN.into(), None, "Connections that are open.".into());
}

/// The counts of one proxy.
pub(crate) struct Counts {
    received: [Counter; 2],
    sent: [Counter; 2],
    pub(crate) connections: Counter,
    pub(crate) open: Gauge,
    pub(crate) failed: Counter,
}

impl Counts {
    pub(crate) fn new(recorder: &PrometheusRecorder, proxy: &str) -> Self {
        let proxy = || Label::new("proxy", proxy.to_owned());
        let directed = |name: &'static str| {
            Direction::ALL.map(|direction| {
                let labels = vec![proxy(), Label::new("direction", direction.name())];
                recorder.register_counter(&Key::from_parts(name, labels), &METADATA)
            })
        };
        let key = |name: &'static str| Key::from_parts(name, vec![proxy()]);
        Self {
            received: directed(RECEIVED),
            sent: directed(SENT),
            connections: recorder.register_counter(&key(CONNECTIONS), &METADATA),
            open: recorder.register_gauge(&key(OPEN), &METADATA),
            failed: recorder.register_counter(&key(FAILED), &METADATA),
        }
    }

    pub(crate) fn received(&self, direction: Direction) -> &Counter {
        &self.received[direction as usize]
    }

    pub(crate) fn sent(&self, direction: Direction) -> &Counter {
        &self.sent[direction as usize]
    }
}

/// Counts the connections that a toxic hits.
pub(crate) fn hits(
    recorder: &PrometheusRecorder,
    proxy: &str,
    toxic: &str,
    kind: &Kind,
    direction: Direction,
) -> Counter {
    let labels = vec![
        Label::new("proxy", proxy.to_owned()),
        Label::new("toxic", toxic.to_owned()),
        Label::new("type", kind.name),
        Label::new("stream", direction.name()),
    ];
    recorder.register_counter(&Key::from_parts(HITS, labels), &METADATA)
}
