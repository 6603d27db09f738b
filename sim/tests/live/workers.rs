//! The same requests are hit whoever sends them, and in either world.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Run;

const SCENARIO: &str = r#"scenario "workers" { duration 4s }
service back { replicas 2  endpoint get GET "/" { work wait 1ms } }
service front { endpoint get GET "/" { call back.get timeout 1s, retry 1 on 503 } }
load users on front {
  arrivals poisson
  mix { get 100% }
  hold 100/s
}
fault broken on front -> back {
  from 1s for 2s
  abort 503 for 30% of requests
  latency 2ms for 50% of requests
}
"#;

/// The requests that the fault hit, each with the actions that did, and those that it spared.
fn decisions(arguments: &[&str]) -> (BTreeSet<String>, BTreeSet<String>) {
    let run = Run::of(SCENARIO, arguments);
    let health = &run.records("health")[0];
    assert_eq!(health["answered"], health["planned"], "{}", run.said());
    let hit = |record: &Value| ["trace", "span", "actions"].map(|field| record[field].to_string()).join(" ");
    let hits = run.records("hit").iter().map(hit).collect();
    let spared = run.records("spared");
    let keys = spared.iter().flat_map(|record| record["keys"].as_array().unwrap()).map(Value::to_string);
    (hits, keys.collect())
}

#[test]
fn one_two_and_eight_workers_hit_the_same_requests_as_virtual_time() {
    let expected = decisions(&[]);
    assert!(expected.0.len() > 50 && expected.1.len() > 50, "{} and {}", expected.0.len(), expected.1.len());
    for workers in ["1", "2", "8"] {
        let live = decisions(&["--live", "--workers", workers]);
        assert_eq!(live, expected, "with {workers} workers");
    }
}
