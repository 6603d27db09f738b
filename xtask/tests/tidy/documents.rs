//! Rules for Markdown.

use crate::tree::{ending, expect_none};

#[test]
fn every_relative_link_leads_to_a_file() {
    let broken = ending(".md").into_iter().flat_map(|file| {
        let broken = links(&file.text).into_iter().filter(|(_, link)| {
            let path = link.split('#').next().unwrap_or_default();
            !link.contains("://")
                && !link.starts_with("mailto:")
                && !path.is_empty()
                && !file.beside(path).exists()
        });
        broken.map(|(line, link)| format!("{}:{line}: {link}", file.path)).collect::<Vec<_>>()
    });
    expect_none("links in the documents lead somewhere", broken);
}

#[test]
fn every_scenario_that_is_named_exists() {
    let scenarios = ending(".scn");
    let missing = ending(".md").into_iter().flat_map(|file| {
        let named = file.lines().flat_map(|(line, text)| named_scenarios(text).map(move |path| (line, path)));
        let missing = named.filter(|(_, path)| !scenarios.iter().any(|scenario| scenario.path == *path));
        missing.map(|(line, path)| format!("{}:{line}: {path}", file.path)).collect::<Vec<_>>()
    });
    expect_none("a scenario that a document names is in the tree", missing);
}

#[test]
fn every_document_has_one_title() {
    let without = ending(".md").into_iter().filter(|file| {
        let titles = prose(&file.text).filter(|(_, line)| line.starts_with("# "));
        !file.text.starts_with("# ") || titles.count() != 1
    });
    expect_none("a document opens with its title, and has no other", without.map(|file| file.path));
}

/// The lines outside of code blocks, each with its number from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !fence && !in_code
    })
}

/// The targets of `[text](target)`, each with its line.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        // Every second part lies between backticks; the brackets of a link around code do not.
        for plain in line.split('`').step_by(2) {
            let targets = plain.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
            found.extend(targets.map(|target| (number, target.to_string())));
        }
    }
    found
}

/// Paths such as `scenarios/….scn` in one line.
fn named_scenarios(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| !(c.is_alphanumeric() || "/._-".contains(c)));
    words.filter(|word| word.starts_with("scenarios/") && word.ends_with(".scn"))
}

#[test]
fn links_are_found_outside_of_code_only() {
    let text = "[a](x.md) and `[b](y)` and [`c`](z.md#part)\n```\n[d](w)\n```\n";
    assert_eq!(links(text), [(1, "x.md".into()), (1, "z.md#part".into())]);
}
