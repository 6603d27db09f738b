//! Whatever the text, it is read: nothing panics, every place lies in the text, and every diagnostic can be shown.

use crate::common::{Files, vocabulary};
use proptest::prelude::*;
use scenario_lang::diagnostic::{Diagnostic, json, render};
use scenario_lang::parse::parse;
use scenario_lang::span::{FileId, Sources, Span};
use scenario_lang::surroundings::Surroundings;
use scenario_lang::tree::{Body, Item, Node};
use scenario_lang::{check, load, lower};

const BURN_RATE: &str = include_str!("../../../scenarios/burn-rate.scn");
const SHOP: &str = include_str!("../../../scenarios/lib/shop.scn");

fn inside(text: &str, span: Span) -> bool {
    span.start <= span.end && text.get(span.start..span.end).is_some()
}

/// Reads a text by itself and looks at all places.
fn parsed(text: &str) -> (Body<Item>, Vec<Diagnostic>) {
    let (tree, diagnostics) = parse(text, FileId(0), &vocabulary());
    for diagnostic in &diagnostics {
        assert!(inside(text, diagnostic.primary.span), "{diagnostic:?}");
        assert!(diagnostic.secondary.iter().all(|label| inside(text, label.span)), "{diagnostic:?}");
    }
    let mut end = 0;
    for statement in &tree.statements {
        let leading = statement.leading.iter().map(|comment| comment.span);
        for span in
            leading.chain([statement.span]).chain(statement.trailing.iter().map(|comment| comment.span))
        {
            assert!(inside(text, span) && end <= span.start, "{span:?} after {end}");
            end = span.end;
        }
    }
    let errors = tree.statements.iter().filter(|statement| statement.node == Node::Error).count();
    assert!(errors <= diagnostics.len(), "{errors} errors in the tree, {diagnostics:?}");
    (tree, diagnostics)
}

/// Goes the whole way with a text as the main file.
fn flown(text: &str) {
    let files = Files::shipped().with("scenarios/x.scn", text);
    let (loaded, mut diagnostics) = load("scenarios/x.scn", &files, &vocabulary());
    let (plan, more) = lower(&loaded);
    diagnostics.extend(more);
    if let Some(plan) = &plan {
        diagnostics.extend(check(&loaded, plan, &Surroundings::default()));
    }
    for diagnostic in &diagnostics {
        assert!(render(diagnostic, &loaded.sources, true).contains(diagnostic.code.id()));
        assert!(!json(diagnostic, &loaded.sources).contains('\n'));
    }
    assert!(
        plan.is_some() || diagnostics.iter().any(Diagnostic::is_error) || text.is_empty(),
        "no plan, no error"
    );
}

/// A valid file with a piece taken out, doubled, or replaced by something else.
fn mutated() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("`".to_owned()),
        Just("\"".to_owned()),
        Just("/-".to_owned()),
        Just("  ".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("99999999999999999d".to_owned()),
        Just("𝄞".to_owned()),
        "[a-z0-9%/. -]{0,8}",
    ];
    let edit = (any::<prop::sample::Index>(), 0_usize..40, pieces, any::<bool>());
    (prop::sample::select(vec![BURN_RATE, SHOP]), prop::collection::vec(edit, 1..6)).prop_map(
        |(text, edits)| {
            let mut text = text.to_owned();
            for (at, length, piece, double) in edits {
                let start = text.floor_char_boundary(at.index(text.len() + 1));
                let end = text.floor_char_boundary((start + length).min(text.len()));
                let taken = text[start..end].to_owned();
                text.replace_range(
                    start..end,
                    &if double { format!("{taken}{piece}{taken}") } else { piece },
                );
            }
            text
        },
    )
}

/// Words of the language in any order.
fn babble() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> =
        BURN_RATE.split(' ').chain(SHOP.split(' ')).filter(|word| !word.is_empty()).collect();
    let separators = prop::sample::select(vec![" ", "  ", "\n", ""]);
    prop::collection::vec((prop::sample::select(words), separators), 0..60)
        .prop_map(|parts| parts.into_iter().map(|(word, separator)| format!("{word}{separator}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        parsed(&text);
        flown(&text);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        parsed(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn mutations_of_valid_files_are_read(text in mutated()) {
        parsed(&text);
        flown(&text);
    }

    #[test]
    fn words_in_any_order_are_read(text in babble()) {
        parsed(&text);
        flown(&text);
    }
}

#[test]
fn deep_braces_and_long_words_are_read() {
    let deep = "service a {".repeat(20_000) + &"parallel {".repeat(20_000);
    let long = format!("{} {{ {} }}", "a".repeat(200_000), "9".repeat(200_000));
    let many = "endpoint a GET \"/\" { work cpu 1ms }\n".repeat(2_000);
    let chain: String = (0..3_000)
        .map(|i| format!("service s{i} {{\n endpoint e GET \"/\" {{ call s{}.e }}\n}}\n", i + 1))
        .collect();
    for text in [deep, long, format!("service a {{\n{many}}}"), chain] {
        parsed(&text);
        flown(&text);
    }
}

#[test]
fn comments_and_what_is_commented_out_stay_in_the_tree() {
    let text =
        "# one\n\n# two\nrules \"a\" # three\n/- load x on y {\n  broken {\n  }\n}\n\nroutes \"b\"\n# four\n";
    let (tree, diagnostics) = parsed(text);
    assert_eq!(diagnostics, []);
    let mut sources = Sources::default();
    sources.add("a.scn", text);
    let [rules, load, routes] = tree.statements.as_slice() else { panic!("{tree:?}") };
    let texts = |comments: &[scenario_lang::tree::Comment]| {
        comments.iter().map(|it| it.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&rules.leading), ["one", "two"]);
    assert!(rules.leading[1].blank_before && !rules.leading[0].blank_before && !rules.blank_before);
    assert_eq!(rules.trailing.as_ref().map(|comment| comment.text.as_str()), Some("three"));
    assert_eq!(load.node, Node::Disabled);
    assert_eq!(sources.text(load.span), "/- load x on y {\n  broken {\n  }\n}");
    assert!(routes.blank_before && !load.blank_before);
    assert_eq!(texts(&tree.tail), ["four"]);
}
