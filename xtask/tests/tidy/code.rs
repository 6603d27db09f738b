//! Rules for source files.

use crate::tree::{ending, expect_none, files};

/// Words that must not land, written in two parts so that this list is none of them.
const UNFINISHED: [&str; 5] = [
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("db", "g!("),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// Folders that exist on one machine only.
const MACHINE_PATHS: [&str; 6] = [
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("C:", "\\"),
];

#[test]
fn no_file_is_long() {
    let long = files().into_iter().filter(|file| file.is_code()).filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > 600).then(|| format!("{}: {lines} lines", file.path))
    });
    expect_none("a source file has at most 600 lines; split it by what its parts are about", long);
}

#[test]
fn nine_files_in_ten_are_short() {
    let code: Vec<_> = files().into_iter().filter(|file| file.is_code()).collect();
    let long: Vec<_> = code.iter().filter(|file| file.text.lines().count() >= 400).collect();
    let too_many = (long.len() * 10 > code.len()).then(|| long.iter().map(|file| file.path.clone()));
    expect_none("nine source files in ten stay under 400 lines", too_many.into_iter().flatten());
}

#[test]
fn every_crate_and_module_opens_with_a_map() {
    let maps = ending(".rs").into_iter().filter(|file| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        matches!(name, "lib.rs" | "mod.rs" | "main.rs")
    });
    let without = maps.filter(|file| !file.text.starts_with("//!")).map(|file| file.path);
    expect_none("lib.rs, main.rs and mod.rs open with `//!`: what lives here", without);
}

#[test]
fn nothing_is_left_unfinished() {
    let code = ending(".rs").into_iter().chain(ending(".scn")).chain(ending(".toml")).chain(ending(".yml"));
    let found = code.flat_map(|file| {
        let hits = file.lines().filter_map(|(line, text)| {
            let word = UNFINISHED.iter().find(|word| text.contains(**word))?;
            Some(format!("{}:{line}: {word}", file.path))
        });
        hits.collect::<Vec<_>>()
    });
    expect_none("what is not finished does not land", found);
}

#[test]
fn no_path_of_one_machine_is_named() {
    let found = files().into_iter().filter(|file| file.path != "Cargo.lock").flat_map(|file| {
        let hits = file.lines().filter_map(|(line, text)| {
            let path = MACHINE_PATHS.iter().find(|path| names_machine_path(text, path))?;
            Some(format!("{}:{line}: {path}", file.path))
        });
        hits.collect::<Vec<_>>()
    });
    expect_none("paths are relative to the root, or made with std::env::temp_dir", found);
}

/// Whether the line names that folder from the root of the machine, and not as a part of a longer path or address.
fn names_machine_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}' | '/')))
    })
}

#[test]
fn no_line_ends_in_blanks() {
    let found = files().into_iter().flat_map(|file| {
        let hits = file.lines().filter(|(_, text)| text.trim_end() != *text);
        hits.map(|(line, _)| format!("{}:{line}", file.path)).collect::<Vec<_>>()
    });
    expect_none("no trailing white space", found);
}

#[test]
fn a_machine_path_is_told_from_a_longer_one() {
    let tmp = MACHINE_PATHS[1];
    assert!(names_machine_path(&format!("open({tmp}x)"), tmp));
    assert!(!names_machine_path(&format!("https://example.org{tmp}x"), tmp));
}
