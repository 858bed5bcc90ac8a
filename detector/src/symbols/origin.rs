//! Whose code a frame is: the program's own, or a library's.

use crate::source::SourceRoot;

/// Folders in which only other people's code lies.
const FOREIGN: &[&str] = &[
    "/rustc/",
    "/.cargo/registry/",
    "/.cargo/git/",
    "/registry/src/",
    "/git/checkouts/",
    "/lib/rustlib/src/",
    // Where `cargo racegate loom` unpacks what takes loom's place.
    "/racegate/facade/",
];

/// The recorder's own crates: their frames lie between the program's and std's.
const OURS: &[&str] = &["racegate", "racegate_eventlog", "racegate_macros"];

/// Whether a frame is the program's own code.
pub(super) fn is_workspace(
    function: Option<&str>,
    file: Option<&str>,
    root: Option<&SourceRoot>,
) -> bool {
    let Some(file) = file else { return false };
    let own_file = !is_foreign(file) && is_under(file, root);
    own_file && !function.is_some_and(|function| OURS.contains(&crate_of(function)))
}

/// A file as its reader knows it: relative to the root where it lies under it.
pub(super) fn localised(file: &str, root: Option<&SourceRoot>) -> String {
    if is_foreign(file) {
        return file.to_owned();
    }
    let relative = root.and_then(|root| root.relative(file));
    relative.unwrap_or(file).to_owned()
}

fn is_foreign(file: &str) -> bool {
    file.starts_with("library/") || FOREIGN.iter().any(|folder| file.contains(folder))
}

fn is_under(file: &str, root: Option<&SourceRoot>) -> bool {
    match root {
        Some(root) => root.relative(file).is_some(),
        None => !file.starts_with('/'),
    }
}

/// The function with its crate in front, where debug information has its last
/// name alone and its file tells the crate: std's, or a registry's.
pub(super) fn qualified(function: String, file: Option<&str>) -> String {
    if is_qualified(&function) {
        return function;
    }
    match file.and_then(crate_of_file) {
        Some(krate) => format!("{krate}::{function}"),
        None => function,
    }
}

/// Whether a function is named with the path to it.
pub(super) fn is_qualified(function: &str) -> bool {
    // Generic arguments have paths of their own.
    let path = function.split('<').next().unwrap_or_default();
    path.is_empty() || path.contains("::")
}

/// `core` for `/rustc/…/library/core/src/…`, `serde_json` for
/// `…/registry/src/index/serde_json-1.0.0/src/…`.
fn crate_of_file(file: &str) -> Option<String> {
    if let Some((_, inside)) = file.split_once("library/") {
        let (krate, _) = inside.split_once("/src/")?;
        return ["std", "core", "alloc"]
            .contains(&krate)
            .then(|| krate.to_owned());
    }
    let (_, inside) = file.split_once("/registry/src/")?;
    let folder = inside.split('/').nth(1)?;
    let (name, version) = folder.rsplit_once('-')?;
    version
        .starts_with(|sign: char| sign.is_ascii_digit())
        .then(|| name.replace('-', "_"))
}

/// The crate that a demangled name starts with: `a` in `a::b`, `<a::B as c::D>::e`
/// and `<&mut a::B>::c`.
fn crate_of(function: &str) -> &str {
    let start = function.trim_start_matches(['<', '&', '(', '*', ' ']);
    let start = start.strip_prefix("mut ").unwrap_or(start);
    let start = start.strip_prefix("dyn ").unwrap_or(start);
    let end = start
        .find(|sign: char| !(sign.is_alphanumeric() || sign == '_'))
        .unwrap_or(start.len());
    &start[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(function: &str, file: &str) -> bool {
        let folder = tempfile::tempdir().expect("a folder");
        let root = SourceRoot::new(folder.path()).expect("a root");
        let file = file.replace("ROOT", root.path().to_str().expect("a name"));
        is_workspace(Some(function), Some(&file), Some(&root))
    }

    #[test]
    fn the_programs_own_files_are_relative_or_under_the_root() {
        assert!(own("ledger::Account::deposit", "src/ledger.rs"));
        assert!(own("ledger::main::{{closure}}", "ROOT/tests/ledger.rs"));
        assert!(!own("other::main", "/elsewhere/other/src/main.rs"));
    }

    #[test]
    fn std_and_dependencies_are_not_the_programs_own() {
        assert!(!own(
            "std::thread::spawn",
            "/rustc/59807616e/library/std/src/thread/mod.rs"
        ));
        assert!(!own(
            "loom::thread::spawn",
            "target/racegate/facade/0123/instrument/loom/src/thread.rs"
        ));
        assert!(!own(
            "core::ops::call_once",
            "library/core/src/ops/function.rs"
        ));
        assert!(!own(
            "serde::x",
            "ROOT/.cargo/registry/src/index-1/serde-1.0/src/x.rs"
        ));
        assert!(!own("a::x", "/opt/cargo/git/checkouts/a-1/2/src/x.rs"));
    }

    #[test]
    fn the_recorders_frames_are_not_the_programs_own_even_in_its_own_workspace() {
        assert!(!own(
            "racegate::cell::RaceCell<T>::set",
            "ROOT/instrument/src/cell.rs"
        ));
        assert!(!own(
            "<racegate::thread::Packet as core::Drop>::drop",
            "instrument/src/a.rs"
        ));
        assert!(own("racegate_user::main", "src/main.rs"));
    }

    #[test]
    fn a_name_alone_gets_the_crate_that_its_file_tells() {
        let cases = [
            (
                "trace",
                "/h/.cargo/registry/src/index-1/backtrace-0.3.77/src/a.rs",
                "backtrace::trace",
            ),
            (
                "at",
                "/h/.cargo/registry/src/index-1/serde-json-1.0.0/src/a.rs",
                "serde_json::at",
            ),
            (
                "then<a::B>",
                "/rustc/5/library/core/src/bool.rs",
                "core::then<a::B>",
            ),
            ("a::b", "/rustc/5/library/core/src/bool.rs", "a::b"),
            (
                "<a::B>::c",
                "/rustc/5/library/core/src/bool.rs",
                "<a::B>::c",
            ),
            ("main", "src/main.rs", "main"),
            ("x", "/home/me/library/src/x.rs", "x"),
        ];
        for (function, file, expected) in cases {
            assert_eq!(qualified(function.to_owned(), Some(file)), expected);
        }
    }

    #[test]
    fn a_file_under_the_root_reads_from_the_root() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = SourceRoot::new(folder.path()).expect("a root");
        let file = root.path().join("src/a.rs");
        let file = file.to_str().expect("a name");
        assert_eq!(localised(file, Some(&root)), "src/a.rs");
        assert_eq!(
            localised("/rustc/5/library/a.rs", Some(&root)),
            "/rustc/5/library/a.rs"
        );
    }
}
