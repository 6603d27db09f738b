//! Rules for the full stack: what `docker-compose` mounts and how Grafana is provisioned. The OpenTelemetry Collector's, Loki's,
//! Pyroscope's and Grafana's own checkers are not to be had from a package registry; what can be checked without, is.

use std::collections::BTreeSet;

use observatory::promql::Query;
use serde_json::Value;

use crate::tree::{ending, expect_none, root};

const COMPOSE: &str = "compose/docker-compose.yml";

/// Services whose image has no program that could ask for their health.
const MUTE: [&str; 3] = ["collector", "loki", "pyroscope"];

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The services, each with its name.
fn services() -> Vec<(String, Value)> {
    let services: Vec<_> = yaml(COMPOSE)["services"].as_object().cloned().into_iter().flatten().collect();
    assert!(services.len() > 10, "the services were not read");
    services
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[test]
fn every_mounted_file_is_there() {
    let missing = services().into_iter().flat_map(|(name, service)| {
        let sources = texts(&service["volumes"]).filter_map(|volume| volume.split(':').next());
        let files = sources.filter(|source| source.starts_with('.'));
        let missing = files.filter(|file| !root().join("compose").join(file).exists());
        missing.map(|file| format!("{name}: {file}")).collect::<Vec<_>>()
    });
    expect_none("what a service mounts is in the tree", missing);
}

#[test]
fn every_service_is_pinned_healthy_and_on_the_loopback_interface() {
    let findings = services().into_iter().flat_map(|(name, service)| {
        let image = service["image"].as_str().unwrap_or_default();
        let version = image.rsplit_once(':').map_or("", |(_, version)| version);
        let pinned = image == "sim:local" || version.matches('.').count() > 0;
        let healthy = service.get("healthcheck").is_some() || MUTE.contains(&&*name);
        let local = texts(&service["ports"]).all(|port| port.starts_with("127.0.0.1:"));
        [
            (pinned, "its image has no version"),
            (healthy, "nobody asks for its health"),
            (local, "a port is open to all"),
        ]
        .into_iter()
        .filter(|(right, _)| !right)
        .map(|(_, wrong)| format!("{name}: {wrong}"))
        .collect::<Vec<_>>()
    });
    expect_none("services of the stack are pinned, checked and private", findings);
}

#[test]
fn every_variable_has_an_example() {
    let (compose, example) = (read(COMPOSE), read("compose/.env.example"));
    let names = compose.split("${").skip(1).filter_map(|rest| rest.split('}').next());
    let missing = names.filter(|name| !example.lines().any(|line| line.starts_with(&format!("{name}="))));
    expect_none("compose/.env.example names every variable", missing.map(String::from));
}

#[test]
fn every_pipeline_of_the_collector_is_made_of_what_is_defined() {
    let config = yaml("compose/collector/collector.yml");
    let pipelines = config["service"]["pipelines"].as_object().cloned().unwrap_or_default();
    assert!(pipelines.contains_key("traces") && pipelines.contains_key("logs"), "{pipelines:?}");
    let missing = pipelines.iter().flat_map(|(name, pipeline)| {
        let parts = pipeline.as_object().into_iter().flatten();
        let named = parts.flat_map(|(kind, list)| texts(list).map(move |part| (kind, part)));
        let missing = named.filter(|(kind, part)| config[kind.as_str()].get(part).is_none());
        missing.map(|(kind, part)| format!("{name}: {part} is not among the {kind}")).collect::<Vec<_>>()
    });
    expect_none("the collector's pipelines name what the file defines", missing);
}

#[test]
fn the_other_configurations_are_yaml() {
    for path in ["compose/loki/loki.yml", "compose/pyroscope/pyroscope.yml"] {
        assert!(yaml(path).is_object(), "{path}");
    }
}

/// The dashboards, each with its path.
fn dashboards() -> Vec<(String, Value)> {
    let files = ending(".json").into_iter().filter(|file| file.path.starts_with("grafana/dashboards/"));
    let dashboards: Vec<_> = files
        .map(|file| (file.path.clone(), serde_json::from_str(&file.text).expect("a dashboard is JSON")))
        .collect();
    assert!(!dashboards.is_empty(), "there are no dashboards");
    dashboards
}

/// Every object within a value, however deep.
fn objects(value: &Value) -> Vec<&Value> {
    let inner: Vec<&Value> = match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    };
    let own = value.is_object().then_some(value);
    own.into_iter().chain(inner.into_iter().flat_map(objects)).collect()
}

#[test]
fn dashboards_name_what_is_provisioned_and_number_their_panels() {
    let provisioned = yaml("grafana/provisioning/datasources/datasources.yml");
    let sources = provisioned["datasources"].as_array().cloned().unwrap_or_default();
    let known = |source: &Value| {
        sources.iter().any(|own| own["uid"] == source["uid"] && own["type"] == source["type"])
    };
    let findings = dashboards().into_iter().flat_map(|(path, dashboard)| {
        let unknown = objects(&dashboard).into_iter().filter_map(|object| object.get("datasource"));
        let unknown = unknown.filter(|source| !known(source)).map(|source| format!("{path}: {source}"));
        let mut findings: Vec<String> = unknown.collect();
        let panels = dashboard["panels"].as_array().cloned().unwrap_or_default();
        let ids: BTreeSet<u64> = panels.iter().filter_map(|panel| panel["id"].as_u64()).collect();
        if ids.is_empty() || ids.len() < panels.len() {
            findings.push(format!("{path}: panels share an id, or have none"));
        }
        findings
    });
    expect_none("dashboards use datasources of grafana/provisioning, and their panels have ids", findings);
}

#[test]
fn dashboards_ask_what_prometheus_understands_and_the_rules_record() {
    let rules: String = ending(".yml")
        .into_iter()
        .filter(|file| file.path.starts_with("compose/prometheus/rules/"))
        .map(|file| file.text)
        .collect();
    let findings = dashboards().into_iter().flat_map(|(path, dashboard)| {
        let asked =
            objects(&dashboard).into_iter().filter(|object| object["datasource"]["uid"] == "prometheus");
        let asked: Vec<_> = asked.filter_map(|object| object["expr"].as_str()).collect();
        assert!(asked.len() > 5, "{path}: the queries were not read");
        let wrong = asked.into_iter().filter_map(|expression| {
            let error = Query::parse(&expression.replace("$service", ".+")).err();
            let unrecorded = expression
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
                .find(|word| word.contains(':') && !rules.contains(&format!("record: {word}\n")));
            let why = error.map(|error| error.to_string());
            why.or_else(|| unrecorded.map(|name| format!("no rule records {name}")))
                .map(|why| format!("{path}: `{expression}`: {why}"))
        });
        wrong.collect::<Vec<_>>()
    });
    expect_none("every query of a dashboard is PromQL over what exists", findings);
}
