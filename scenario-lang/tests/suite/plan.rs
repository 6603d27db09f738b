//! Everything that the language can say, and where it stands in the plan.

use std::time::Duration;

use crate::common::{Files, vocabulary};
use scenario_lang::diagnostic::{Diagnostic, render};
use scenario_lang::plan::{Arrivals, Bad, Fault, Node, Plan, Retry, RetryOn, Step, Telemetry};
use scenario_lang::quantity::Distribution;
use scenario_lang::{Loaded, load, lower};

fn lowered(files: &Files) -> (Loaded, Option<Plan>, Vec<Diagnostic>) {
    let (loaded, mut diagnostics) = load("main.scn", files, &vocabulary());
    let (plan, more) = lower(&loaded);
    diagnostics.extend(more);
    (loaded, plan, diagnostics)
}

/// The plan of a file that is right.
fn plan(files: &Files) -> Plan {
    let (loaded, plan, diagnostics) = lowered(files);
    let rendered: String = diagnostics.iter().map(|it| render(it, &loaded.sources, false)).collect();
    plan.unwrap_or_else(|| panic!("{rendered}"))
}

fn codes(files: &Files) -> Vec<&'static str> {
    lowered(files).2.iter().map(|diagnostic| diagnostic.code.id()).collect()
}

const EVERYTHING: &str = r#"# First line.
# Second line.

# Not part of the description.
scenario "everything" { duration 1h  scrape 5s }

rules "rules/a.yml"
rules "rules/*.yml"

service front {
  replicas 3  # a comment
  cores 4
  telemetry classic
  endpoint buy PUT "/buy/{id}" {
    work wait exp(2ms)
    parallel { call back.store timeout 1s, retry 2 on 502, timeout, connect, backoff 10ms, budget 20%  query db.all }
    call back.store retry 1 on 503
  }
}
service back { endpoint store POST "/" { work cpu 1ms } }
/- service commented-out {
  nonsense
}
database db {
  engine postgresql
  pool 5, wait 250ms
  table items { rows 1_000  index (shop, id) }
  query all `
    SELECT 1
  ` takes quantiles(p50 1ms, p99 9ms)
}
slo good {
  objective 99.5% over 7d
  of front requests without status 4xx
}
load people on front {
  mix { buy 100% }
  users 10 for 10m
  users 20
  think 2s
}
fault first on front -> back {
  from second end for 5m
  abort 503
}
fault second on front -> back {
  from 10m for 5m
  latency   normal(80ms,  20ms)  for 5% of requests
}
expect { no other alert fires during first  client p99.9 <= 1s at end }
expect {
  promql `vector(1)
    > 0` eventually after second end
}
"#;

#[test]
fn everything_stands_where_it_belongs() {
    let files = Files::default().with("main.scn", EVERYTHING).with("rules/a.yml", "").with("rules/b.yml", "");
    let plan = plan(&files);
    let (ms, minutes) = (Duration::from_millis, |minutes: u64| Duration::from_secs(60 * minutes));
    assert_eq!(plan.description, "First line.\nSecond line.");
    assert_eq!(plan.scrape_interval, Duration::from_secs(5));
    assert_eq!(plan.rules, ["rules/a.yml", "rules/b.yml"]);
    let [front, back] = plan.services.as_slice() else { panic!("{:?}", plan.services) };
    assert_eq!(
        (front.replicas, front.cores, front.telemetry, back.replicas, back.cores, back.telemetry),
        (3, 4, Telemetry::Classic, 1, 1, Telemetry::Otel)
    );
    let [Step::Wait(wait), Step::Parallel(both), Step::Call(plain)] = front.endpoints[0].steps.as_slice()
    else {
        panic!()
    };
    assert_eq!(*wait, Distribution::Exp { mean: ms(2) });
    let [Step::Call(call), Step::Query { database: 0, query: 0 }] = both.as_slice() else {
        panic!("{both:?}")
    };
    assert_eq!((call.service, call.endpoint, call.timeout), (1, 0, Some(ms(1000))));
    let retry = Retry {
        attempts: 2,
        on: vec![RetryOn::Status(502), RetryOn::Timeout, RetryOn::Connect],
        backoff: Some(Distribution::Constant(ms(10))),
        budget: Some(0.2),
    };
    assert_eq!(call.retry, Some(retry));
    assert_eq!((plain.timeout, plain.retry.as_ref().map(|retry| retry.attempts)), (None, Some(1)));
    let db = &plan.databases[0];
    assert_eq!((db.engine.as_str(), db.pool_size, db.pool_wait), ("postgresql", 5, ms(250)));
    assert_eq!(
        (db.tables[0].rows, db.tables[0].indexes.clone()),
        (1000, vec![vec!["shop".to_owned(), "id".to_owned()]])
    );
    assert_eq!(db.queries[0].sql.trim(), "SELECT 1");
    assert_eq!((plan.slos[0].objective, plan.slos[0].bad.clone()), (0.995, Bad::StatusClass(4)));
    let people = &plan.loads[0];
    assert_eq!(
        (people.closed, people.arrivals, people.mix.as_slice()),
        (true, Arrivals::Even, [(0, 1.0)].as_slice())
    );
    assert_eq!(people.think, Some(Distribution::Constant(ms(2000))));
    let [first, second] = plan.faults.as_slice() else { panic!("{:?}", plan.faults) };
    assert_eq!((first.from, first.end(), first.actions[0].share), (minutes(15), minutes(20), 1.0));
    assert_eq!((second.from, second.edge.to, second.actions[0].share), (minutes(10), Node::Service(1), 0.05));
    let texts = |fault: &Fault| fault.actions[0].text.clone();
    assert_eq!(texts(first), "abort 503");
    assert_eq!(texts(second), "latency normal(80ms, 20ms) for 5% of requests");
    assert_eq!(
        people.shapes.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(),
        ["users 10 for 10m", "users 20"]
    );
    let checks: Vec<(&str, usize, &[usize])> = plan
        .checks
        .iter()
        .map(|check| (check.text.as_str(), check.at.line, check.faults.as_slice()))
        .collect();
    assert_eq!(
        checks,
        [
            ("no other alert fires during first", 50, [0].as_slice()),
            ("client p99.9 <= 1s at end", 50, &[]),
            ("promql `vector(1) > 0` eventually after second end", 52, &[1]),
        ]
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let files = |text: &str| Files::default().with("main.scn", text).with("rules/a.yml", "");
    let mut windows = plan(&files(&format!("\u{feff}{}", EVERYTHING.replace('\n', "\r\n"))));
    // Only the text in backticks is kept as it is.
    windows.databases[0].queries[0].sql = windows.databases[0].queries[0].sql.replace('\r', "");
    for (_, value) in windows.checks.iter_mut().flat_map(|check| &mut check.phrase.values) {
        if let scenario_lang::quantity::Value::Text(text) = value {
            *text = text.replace('\r', "");
        }
    }
    assert_eq!(windows, plan(&files(EVERYTHING)));
}

#[test]
fn a_file_may_be_imported_over_several_ways() {
    let service = |name: &str| format!("service {name} {{ endpoint ask GET \"/\" {{ work cpu 1ms }} }}\n");
    let files = Files::default()
        .with(
            "main.scn",
            "import \"lib/left.scn\"\nimport \"lib/right.scn\"\nscenario \"x\" { duration 1h }\n",
        )
        .with("lib/left.scn", &format!("import \"base.scn\"\n{}", service("left")))
        .with("lib/right.scn", &format!("import \"./base.scn\"\n{}", service("right")))
        .with("lib/base.scn", &service("base"));
    let services: Vec<String> = plan(&files).services.into_iter().map(|service| service.name).collect();
    assert_eq!(services, ["base", "left", "right"]);
}

#[test]
fn a_circle_of_imports_is_reported_once_with_all_its_files() {
    let files = Files::default()
        .with("main.scn", "import \"lib/a.scn\"\nscenario \"x\" { duration 1h }\n")
        .with("lib/a.scn", "import \"b.scn\"\n")
        .with("lib/b.scn", "import \"a.scn\"\n");
    let (loaded, plan, diagnostics) = lowered(&files);
    assert_eq!(plan, None);
    let [circle] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
    assert_eq!(circle.message, "imports go in a circle: lib/a.scn → lib/b.scn → lib/a.scn");
    let places: Vec<&str> = [&circle.primary]
        .into_iter()
        .chain(&circle.secondary)
        .map(|label| loaded.sources.text(label.span))
        .collect();
    assert_eq!(places, ["\"a.scn\"", "\"b.scn\""]);
}

#[test]
fn one_mistake_brings_one_diagnostic() {
    for (text, code) in [
        // The header cannot be read: that `shop` is unknown then is no second mistake.
        (
            "service shop( {\n}\nload x on shop { mix { a 100% }  hold 1/s }\nscenario \"x\" { duration 1h }",
            "SCN001",
        ),
        // What may be among the unreadable is not missing.
        ("scenario \"x\" { duraton 1h }", "SCN002"),
        // The history would reach back to 1926; the years before 1970 cannot be told.
        ("scenario \"x\" { duration 1h  history 36525d at 1/s }", "SCN014"),
        (
            "scenario \"x\" { duration 1h }\nservice s {\n endpont e GET \"/\" { work cpu 1ms }\n}\nload x on s { mix { e 100% }  hold 1/s }",
            "SCN002",
        ),
        (
            "scenario \"x\" { duration 1h }\nimport \"nowhere.scn\"\nload x on shop { mix { a 100% }  hold 1/s }",
            "SCN024",
        ),
    ] {
        assert_eq!(codes(&Files::default().with("main.scn", text)), [code], "{text}");
    }
}

#[test]
fn the_examples_of_the_grammar_are_one_right_file() {
    let grammar = include_str!("../../GRAMMAR.md");
    let blocks =
        grammar.split("```scn\n").skip(1).filter_map(|rest| rest.split_once("```").map(|(block, _)| block));
    let text = blocks.collect::<Vec<_>>().join("\n");
    let files = Files::default().with("main.scn", &text).with("rules/a.yml", "").with("alertmanager.yml", "");
    let plan = plan(&files);
    assert_eq!(plan.description, "What the scenario is about.");
    assert_eq!((plan.services.len(), plan.faults.len(), plan.checks.len()), (2, 2, 3));
}

#[test]
fn the_vocabulary_is_well_made() {
    assert_eq!(vocabulary().verify(), Ok(()));
}
