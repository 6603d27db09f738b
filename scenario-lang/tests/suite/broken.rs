//! Broken scenarios and what is said of them: `broken/SCN003-….scn` is first of all a case of `SCN003`.

use std::time::Duration;

use crate::common::{Files, vocabulary};
use scenario_lang::diagnostic::{Code, Diagnostic, json, render};
use scenario_lang::span::Sources;
use scenario_lang::surroundings::{AlertFacts, BurnFacts, Surroundings, UnmatchedSelector};
use scenario_lang::{check, load, lower};

/// Rules and routes like the shipped ones; one case has a rule that looks for what does not exist.
fn surroundings(name: &str) -> Surroundings {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let alert = |name: &str, for_, burn| AlertFacts {
        name: name.to_owned(),
        for_,
        interval: Duration::from_secs(30),
        burn,
    };
    let burn = |factor, window| Some(BurnFacts { factor, window, objective: 0.999 });
    let unmatched = UnmatchedSelector {
        rule: "TooManyErrors".to_owned(),
        file: "compose/prometheus/rules/slo.yml".to_owned(),
        selector: "http_requests_total{code=\"503\"}".to_owned(),
        nearest: Some("http_server_request_duration_seconds_count".to_owned()),
    };
    Surroundings {
        alerts: vec![
            alert("ErrorBudgetBurnFast", Duration::ZERO, burn(14.4, minutes(60))),
            alert("ErrorBudgetBurnSlow", Duration::ZERO, burn(6.0, minutes(360))),
            alert("HighLatency", minutes(5), None),
        ],
        receivers: vec!["sre-oncall".to_owned(), "tickets".to_owned()],
        selectors: if name.starts_with("SCN049") { vec![unmatched] } else { Vec::new() },
    }
}

/// All that is said of a file, in the order of a command that checks it.
fn diagnose(name: &str, text: &str) -> (Sources, Vec<Diagnostic>) {
    let path = format!("scenarios/{name}");
    let (loaded, mut diagnostics) = load(&path, &Files::shipped().with(&path, text), &vocabulary());
    let (plan, more) = lower(&loaded);
    diagnostics.extend(more);
    if let Some(plan) = &plan {
        diagnostics.extend(check(&loaded, plan, &surroundings(name)));
    }
    assert_eq!(plan.is_none(), diagnostics.iter().any(|it| it.is_error() && !late(it.code)), "{name}");
    (loaded.sources, diagnostics)
}

/// Codes of the check that a plan comes before.
fn late(code: Code) -> bool {
    matches!(code, Code::UnknownAlert | Code::UnknownReceiver | Code::DeadlineTooShort | Code::BurnTooSlow)
}

fn cases() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let scenarios = entries.filter(|path| path.extension().is_some_and(|extension| extension == "scn"));
    let named = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    let mut cases: Vec<_> = scenarios.map(named).collect();
    cases.sort();
    cases
}

#[test]
fn rendered() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../broken");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, text) in cases() {
            let (sources, diagnostics) = diagnose(&name, &text);
            let rendered: Vec<String> = diagnostics.iter().map(|it| render(it, &sources, false)).collect();
            insta::assert_snapshot!(name.trim_end_matches(".scn"), rendered.join("\n"));
        }
    });
}

#[test]
fn every_code_has_a_case_of_its_own() {
    let first = |(name, text): (String, String)| {
        let (_, diagnostics) = diagnose(&name, &text);
        let code = diagnostics.first().unwrap_or_else(|| panic!("nothing is said of {name}")).code;
        assert_eq!(Some(code.id()), name.get(..6), "{name}: {}", diagnostics[0].message);
        code
    };
    assert_eq!(cases().into_iter().map(first).collect::<Vec<_>>(), Code::ALL);
}

#[test]
fn messages_keep_the_house_style() {
    for (name, text) in cases() {
        let (sources, diagnostics) = diagnose(&name, &text);
        for it in diagnostics {
            let texts = [&it.message, &it.primary.text]
                .into_iter()
                .chain(&it.help)
                .chain(it.secondary.iter().map(|it| &it.text));
            for text in texts {
                let first = text.chars().next();
                assert!(
                    !first.is_some_and(char::is_uppercase) && !text.ends_with(['.', '?']),
                    "{name}: {text}"
                );
            }
            let line: serde_json::Value = serde_json::from_str(&json(&it, &sources)).unwrap();
            assert_eq!(line["code"], it.code.id());
            assert!(line["primary"]["line"].as_u64() >= Some(1), "{name}");
        }
    }
}

#[test]
fn codes_ascend_and_can_be_found() {
    let ids: Vec<&str> = Code::ALL.iter().map(|code| code.id()).collect();
    assert!(ids.windows(2).all(|two| two[0] < two[1]), "{ids:?}");
    assert_eq!(Code::find("scn003"), Some(Code::MissingUnit));
    assert_eq!(Code::find("SCN999"), None);
}
