//! Rules for manifests and the rule files of `compose/`.

use serde_json::Value;

use crate::tree::{ending, expect_none, files, root};

/// The names of the crates from outside that the workspace's manifest lists.
fn dependencies() -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the workspace has a manifest");
    let table =
        manifest.split("[workspace.dependencies]\n").nth(1).expect("the dependencies stand in one table");
    let table = table.split("\n[").next().unwrap_or_default();
    let names =
        table.lines().filter(|line| !line.contains("path = ")).filter_map(|line| line.split_once(" = "));
    let names: Vec<String> = names.map(|(name, _)| name.to_owned()).collect();
    assert!(names.len() > 5, "the table was not read");
    names
}

#[test]
fn every_dependency_is_explained() {
    let page = std::fs::read_to_string(root().join("docs/dependencies.md")).unwrap_or_default();
    let silent = dependencies().into_iter().filter(|name| !page.contains(&format!("| `{name}` |")));
    expect_none("docs/dependencies.md says of every dependency why it is there", silent);
}

#[test]
fn every_dependency_is_used() {
    let members = ending("/Cargo.toml");
    let used =
        |name: &str| members.iter().any(|file| file.text.contains(&format!("\n{name}.workspace = true")));
    let idle = dependencies().into_iter().filter(|name| !used(name));
    expect_none("a dependency that no crate uses goes out of Cargo.toml", idle);
}

#[test]
fn only_the_workspace_names_versions() {
    // A manifest with a workspace of its own stands outside of ours.
    let members = ending("/Cargo.toml").into_iter().filter(|file| !file.text.contains("\n[workspace]\n"));
    let named = members.flat_map(|file| {
        let versions = file.lines().filter(|(_, line)| line.contains("version = \""));
        versions.map(|(line, _)| format!("{}:{line}", file.path)).collect::<Vec<_>>()
    });
    expect_none("versions stand in the workspace's Cargo.toml; crates write `name.workspace = true`", named);
}

#[test]
fn every_page_has_a_runbook() {
    let rules = files().into_iter().filter(|file| file.path.starts_with("compose/prometheus/rules/"));
    let without = rules.flat_map(|file| {
        let tree: Value = serde_saphyr::from_str(&file.text).expect("rule files are YAML");
        let paging = alerts(&tree).into_iter().filter(|rule| rule["labels"]["severity"] == "page");
        let without =
            paging.filter(|rule| !rule["annotations"]["runbook_url"].as_str().is_some_and(leads_to_runbook));
        without.map(|rule| format!("{}: {}", file.path, rule["alert"])).collect::<Vec<_>>()
    });
    expect_none("an alert that pages has a runbook_url that leads to a page in docs/", without);
}

/// The alerting rules of a rule file.
fn alerts(file: &Value) -> Vec<&Value> {
    let groups = file["groups"].as_array().into_iter().flatten();
    let rules = groups.flat_map(|group| group["rules"].as_array().into_iter().flatten());
    rules.filter(|rule| rule.get("alert").is_some()).collect()
}

/// A runbook is a page of the book, wherever that is served: what counts is the path from `docs/`.
fn leads_to_runbook(url: &str) -> bool {
    let page = url.find("docs/").map(|at| url[at..].split('#').next().unwrap_or_default());
    page.is_some_and(|page| root().join(page).is_file())
}
