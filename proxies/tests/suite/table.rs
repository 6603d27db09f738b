//! The table of faults, its pages, and what is not in it.

use std::collections::BTreeSet;
use std::path::Path;

use proxies::faults::{KINDS, kind, vocabulary};
use proxies::inject::Injector;
use proxies::prepared::Unusable;
use scenario_lang::plan::Plan;
use scenario_lang::vocabulary::Vocabulary;
use sim_core::virtual_world::VirtualWorld;

use crate::bench::{fault, plan};

/// The pages of the book, by their keyword.
fn pages() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/faults");
    let files = folder.read_dir().unwrap().map(|file| file.unwrap().path());
    files.map(|page| page.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_kind_has_its_page_and_every_page_its_kind() {
    let keywords: BTreeSet<String> = KINDS.iter().map(|kind| kind.spec.keyword.to_owned()).collect();
    assert_eq!(pages(), keywords);
}

#[test]
fn every_page_says_what_how_and_what_it_looks_like() {
    for keyword in pages() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/faults/{keyword}.md"));
        let text = std::fs::read_to_string(page).unwrap();
        assert!(text.starts_with(&format!("# {keyword}\n")), "{keyword}");
        let parts: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(parts, ["Syntax", "What it looks like", "Example"], "{keyword}");
        for signal in ["- **Metrics.**", "- **Traces.**", "- **Logs.**", &format!("\n  {keyword} ")] {
            assert!(text.contains(signal), "{keyword}: {signal}");
        }
    }
}

#[test]
fn the_words_are_well_made_and_the_examples_can_be_injected() {
    Vocabulary { faults: vocabulary(), ..Vocabulary::default() }.verify().unwrap();
    let world = VirtualWorld::new(0, 1);
    for kind in KINDS {
        Injector::new(&world, &plan(&fault("f", kind.spec.example))).unwrap();
    }
    assert!(kind("meteor").is_none());
}

#[test]
fn what_is_no_fault_is_refused() {
    let world = VirtualWorld::new(0, 1);
    let refused = |plan: &Plan| Injector::new(&world, plan).err().unwrap();
    let mut plan = plan(&fault("f", "abort 503"));
    let action = plan.faults[0].actions[0].clone();
    plan.faults[0].actions = vec![action.clone(); 65];
    assert_eq!(refused(&plan), Unusable::TooMany { fault: "f".into(), actions: 65 });
    plan.faults[0].actions = vec![action];
    plan.faults[0].actions[0].phrase.values.clear();
    assert_eq!(refused(&plan), Unusable::Action { fault: "f".into(), keyword: "abort".into() });
    plan.faults[0].actions[0].phrase.keyword = "meteor".into();
    let said = refused(&plan).to_string();
    assert!(
        said.contains("`f` cannot do `meteor`") && said.contains("latency {delay:distribution}"),
        "{said}"
    );
}
