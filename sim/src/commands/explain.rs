//! `sim explain`: a diagnostic's code, or a word of the language.

use scenario_lang::diagnostic::Code;
use scenario_lang::vocabulary::Spec;

use crate::cli::Explain;
use crate::commands::print;
use crate::exit::Exit;
use crate::vocabulary::vocabulary;

pub(crate) fn explain(options: &Explain) -> Exit {
    let word = &*options.word;
    if let Some(code) = Code::find(word) {
        let (id, title) = (code.id(), code.title());
        return print(&format!(
            "{id}: {title}\n\n{}\n\nFor example:\n\n{}\n",
            code.explanation(),
            indented(code.example())
        ));
    }
    let vocabulary = vocabulary();
    let parts = [
        ("a fault", &vocabulary.faults),
        ("a load shape of the open model", &vocabulary.open_shapes),
        ("a load shape of the closed model", &vocabulary.closed_shapes),
        ("an expectation", &vocabulary.checks),
    ];
    let known = || parts.iter().flat_map(|(kind, specs)| specs.iter().map(move |spec| (*kind, spec)));
    match known().find(|(_, spec)| spec.keyword == word) {
        Some((kind, spec)) => print(&text_of(kind, spec)),
        None => {
            let words: Vec<&str> = known().map(|(_, spec)| spec.keyword).collect();
            eprintln!(
                "error: nothing is known of `{word}`; there are the codes that diagnostics show, such as SCN001, and the words {}",
                words.join(", ")
            );
            Exit::Usage
        }
    }
}

fn text_of(kind: &str, spec: &Spec) -> String {
    let forms: String = spec.forms.iter().map(|form| format!("    {form}\n")).collect();
    format!(
        "{}: {kind}\n\n{}\n\n{forms}\nFor example:\n\n{}\n",
        spec.keyword,
        spec.doc,
        indented(spec.example)
    )
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
