//! Rules for what is written in or about the scenario language outside of scenarios: the rows of the vocabulary, and the
//! examples in documents.

use scenario_lang::parse::parse;
use scenario_lang::span::FileId;
use scenario_lang::vocabulary::{Spec, Vocabulary};

use crate::tree::{ending, expect_none, root};

fn vocabulary() -> Vocabulary {
    Vocabulary {
        faults: proxies::faults::vocabulary(),
        open_shapes: sim_core::load::shapes::open_shapes(),
        closed_shapes: sim_core::load::shapes::closed_shapes(),
        checks: verdict::checks::vocabulary(),
    }
}

/// Every row, with a file around its example.
fn rows(vocabulary: &Vocabulary) -> Vec<(Spec, String)> {
    let around = |specs: &[Spec], before: &'static str| {
        let file = |spec: &Spec| (*spec, format!("{before}\n  {}\n}}\n", spec.example));
        specs.iter().map(file).collect::<Vec<_>>()
    };
    [
        around(&vocabulary.faults, "fault f on a -> b {\n  from 1m for 1m"),
        around(&vocabulary.open_shapes, "load l on a {"),
        around(&vocabulary.closed_shapes, "load l on a {"),
        around(&vocabulary.checks, "expect {"),
    ]
    .concat()
}

#[test]
fn every_row_has_a_text() {
    let vocabulary = vocabulary();
    let silent = rows(&vocabulary).into_iter().filter(|(spec, _)| !spec.doc.ends_with('.'));
    expect_none("a row says in sentences what it does", silent.map(|(spec, _)| spec.keyword.to_owned()));
}

#[test]
fn every_example_is_read() {
    let vocabulary = vocabulary();
    let wrong = rows(&vocabulary).into_iter().flat_map(|(spec, text)| {
        let (_, diagnostics) = parse(&text, FileId(0), &vocabulary);
        let told = diagnostics.into_iter().map(move |found| format!("{}: {}", spec.keyword, found.message));
        told.collect::<Vec<_>>()
    });
    expect_none("a row's example is a valid statement", wrong);
}

#[test]
fn every_row_is_in_the_reference() {
    let reference = std::fs::read_to_string(root().join("docs/language.md")).unwrap_or_default();
    let vocabulary = vocabulary();
    // As a statement: some keywords are ordinary words of English, too.
    let absent =
        rows(&vocabulary).into_iter().filter(|(spec, _)| !reference.contains(&format!("`{} ", spec.keyword)));
    expect_none(
        "docs/language.md names every fault, shape and check",
        absent.map(|(spec, _)| spec.keyword.to_owned()),
    );
}

#[test]
fn every_example_in_the_documents_is_read() {
    let vocabulary = vocabulary();
    let blocks = ending(".md").into_iter().flat_map(|file| {
        let blocks = file.text.split("```scn\n").skip(1).filter_map(|rest| rest.split("```").next());
        blocks.map(|block| (file.path.clone(), block.to_owned())).collect::<Vec<_>>()
    });
    let wrong = blocks.flat_map(|(path, block)| {
        let (_, diagnostics) = parse(&block, FileId(0), &vocabulary);
        let told = diagnostics.into_iter().map(move |found| {
            let line = block[..found.primary.span.start].matches('\n').count() + 1;
            format!("{path}: line {line} of a block: {}", found.message)
        });
        told.collect::<Vec<_>>()
    });
    expect_none("scenario text in documents is valid", wrong);
}
