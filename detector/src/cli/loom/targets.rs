//! Which of a package's targets are built: under `--cfg loom` not all of them need be
//! fit to be.
//!
//! **Invariant:** where the user names targets, those are built and no others.

use std::ffi::{OsStr, OsString};

use super::sources;
use crate::cli::workspace::{Package, Target};

/// What names targets in cargo's arguments.
const NAMED: [&str; 11] = [
    "--all-targets",
    "--bench",
    "--benches",
    "--bin",
    "--bins",
    "--doc",
    "--example",
    "--examples",
    "--lib",
    "--test",
    "--tests",
];

/// Cargo's arguments for the targets that hold tests for loom.
pub(super) fn arguments(packages: &[&Package], cargo: &[OsString]) -> Vec<String> {
    if cargo.iter().any(|argument| names_a_target(argument)) {
        return Vec::new();
    }
    let [package] = packages else {
        // A target's name would have to be there in each.
        return vec!["--tests".to_owned()];
    };
    let mut arguments = Vec::new();
    for target in &package.targets {
        let is = |kind: &str| target.kind.iter().any(|own| own == kind);
        if is("test") && is_for_loom(target) {
            arguments.extend(["--test".to_owned(), target.name.clone()]);
        } else if is_library(target) && has_tests_for_loom(target) {
            arguments.push("--lib".to_owned());
        }
    }
    if arguments.is_empty() {
        arguments.push("--tests".to_owned());
    }
    arguments
}

fn names_a_target(argument: &OsStr) -> bool {
    let name = argument.to_str().and_then(|text| text.split('=').next());
    name.is_some_and(|name| NAMED.contains(&name))
}

fn is_library(target: &Target) -> bool {
    let libraries = ["lib", "rlib", "dylib", "cdylib", "staticlib", "proc-macro"];
    target
        .kind
        .iter()
        .any(|kind| libraries.contains(&kind.as_str()))
}

/// A file of its own, or `main.rs` of a folder of its own.
fn is_for_loom(target: &Target) -> bool {
    let in_folder = target.src_path.file_name() == Some(OsStr::new("main.rs"));
    let folder = target.src_path.parent().filter(|_| in_folder);
    sources::file_holds(&target.src_path, &["loom"])
        || folder.is_some_and(|folder| sources::hold(folder, &["loom"]))
}

fn has_tests_for_loom(target: &Target) -> bool {
    let folder = target.src_path.parent();
    folder.is_some_and(|folder| sources::hold(folder, &["loom", "#[test]"]))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn target(root: &Path, kind: &str, path: &str, source: &str) -> Target {
        let src_path = root.join(path);
        fs::create_dir_all(src_path.parent().expect("a folder")).expect("a folder");
        fs::write(&src_path, source).expect("a source");
        let of_folder = path
            .ends_with("/main.rs")
            .then(|| src_path.parent())
            .flatten();
        let name = of_folder.unwrap_or(&src_path).file_stem().expect("a name");
        Target {
            name: name.to_string_lossy().into_owned(),
            kind: vec![kind.to_owned()],
            src_path,
        }
    }

    fn chosen(files: &[(&str, &str, &str)], cargo: &[&str]) -> String {
        let root = tempfile::tempdir().expect("a folder");
        let targets = files
            .iter()
            .map(|(kind, path, source)| target(root.path(), kind, path, source));
        let package = Package {
            targets: targets.collect(),
            ..Package::default()
        };
        let cargo: Vec<OsString> = cargo.iter().map(OsString::from).collect();
        arguments(&[&package], &cargo).join(" ")
    }

    const QUEUE: [(&str, &str, &str); 4] = [
        ("lib", "src/lib.rs", "#[cfg(loom)] use loom::thread;"),
        ("test", "tests/loom.rs", "loom::model(|| {})"),
        ("test", "tests/deep/main.rs", "mod models; // loom"),
        ("test", "tests/plain.rs", "#[test] fn x() {}"),
    ];

    #[test]
    fn the_targets_that_speak_of_loom_are_built() {
        assert_eq!(chosen(&QUEUE, &[]), "--test loom --test deep");
        let inner = [(
            "lib",
            "src/lib.rs",
            "#[cfg(all(test, loom))] mod t { #[test] fn x() {} }",
        )];
        assert_eq!(chosen(&inner, &[]), "--lib");
    }

    #[test]
    fn where_none_does_all_tests_are_built() {
        assert_eq!(chosen(&QUEUE[3..], &["-q"]), "--tests");
    }

    #[test]
    fn targets_that_the_user_names_are_the_only_ones() {
        for cargo in [["--test", "plain"], ["--test=plain", "-q"], ["--lib", "-q"]] {
            assert_eq!(chosen(&QUEUE, &cargo), "");
        }
    }
}
