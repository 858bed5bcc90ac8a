//! What no file holds, and no file is called.

use super::sources::{Source, sources};

const LONGEST: usize = 400;
const NAMELESS: [&str; 4] = ["utils", "helpers", "common", "misc"];

/// The places of a piece of code, each as `file:line`.
fn places(code: &str, file: &Source, from: usize) -> Vec<String> {
    let text = &file.code;
    let found = text.match_indices(code).filter(|(at, _)| *at >= from);
    found
        .map(|(at, _)| format!("{}:{}", file.path, text[..at].matches('\n').count() + 1))
        .collect()
}

#[track_caller]
fn assert_none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let long = sources().into_iter().filter(|file| file.lines > LONGEST);
    let told: Vec<String> = long
        .map(|file| format!("{}: {}", file.path, file.lines))
        .collect();
    assert_none(&told);
}

#[test]
fn every_file_is_named_after_a_concept() {
    let nameless = |path: &str| {
        let mut parts = path.trim_end_matches(".rs").split('/');
        parts.any(|part| NAMELESS.contains(&part))
    };
    let paths = sources().into_iter().map(|file| file.path);
    assert_none(&paths.filter(|path| nameless(path)).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_to_be_written() {
    // Spelt apart, so that this file is not found.
    let unwritten = [concat!("to", "do!("), concat!("unimpl", "emented!(")];
    let found = sources()
        .iter()
        .flat_map(|file| unwritten.map(|code| places(code, file, 0)).concat())
        .collect::<Vec<_>>();
    assert_none(&found);
}

#[test]
fn no_test_is_ignored_or_expected_to_panic() {
    let attributes = [concat!("#[ign", "ore"), concat!("#[should", "_panic")];
    // They have to carry both attributes over to the test that they make.
    let about_attributes = ["instrument/macros/", "instrument/tests/it/sessions.rs"];
    let found = sources()
        .iter()
        .filter(|file| {
            !about_attributes
                .iter()
                .any(|path| file.path.starts_with(path))
        })
        .flat_map(|file| attributes.map(|code| places(code, file, 0)).concat())
        .collect::<Vec<_>>();
    assert_none(&found);
}

#[test]
fn no_test_orders_its_threads_by_sleeping() {
    let sleep = concat!("sle", "ep(");
    let found = sources()
        .iter()
        .flat_map(|file| places(sleep, file, file.code.len() - file.tests().len()))
        .collect::<Vec<_>>();
    assert_none(&found);
}

/// The recorder and what stands on it may hold unsafe code, in modules that say so.
#[test]
fn every_other_package_forbids_unsafe_code() {
    let root = |path: &str| {
        let is_root = path.ends_with("/lib.rs") || path.ends_with("/main.rs");
        let is_program = is_root || path.contains("/src/bin/");
        // The benchmarks use the cell of unsafe code.
        let may = [
            "instrument/src/",
            "instrument/benches/",
            "instrument/loom/src/",
        ];
        is_program && !path.contains("/tests/") && !may.iter().any(|it| path.starts_with(it))
    };
    let files = sources().into_iter().filter(|file| root(&file.path));
    let (forbid, permit): (Vec<Source>, Vec<Source>) =
        files.partition(|file| file.code.contains("#![forbid(unsafe_code)]"));
    assert!(forbid.len() > 5, "these are not all the roots");
    assert_none(&permit.into_iter().map(|file| file.path).collect::<Vec<_>>());
}
