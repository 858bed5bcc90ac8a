//! `cargo racegate`, where there is nothing to record.

use std::path::Path;

use assert_cmd::Command;
use tempfile::tempdir;

use crate::{Ended, ended};

fn cargo_racegate(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-racegate"));
    ended(command.current_dir(folder).arg("racegate").args(arguments))
}

#[test]
fn outside_a_package_it_says_so() {
    let folder = tempdir().expect("a folder");
    cargo_racegate(folder.path(), &["test"]).refused(2, "cargo finds no package here");
}

#[test]
fn a_package_without_racegate_is_told_what_to_do() {
    let folder = tempdir().expect("a folder");
    let manifest = "[package]\nname = \"bare\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    std::fs::create_dir(folder.path().join("src")).expect("a folder");
    std::fs::write(folder.path().join("Cargo.toml"), manifest).expect("a manifest");
    std::fs::write(folder.path().join("src/lib.rs"), "").expect("a source");
    for verb in ["test", "run"] {
        let ended = cargo_racegate(folder.path(), &[verb]);
        ended.refused(2, "no package here depends on racegate");
        assert!(ended.stderr.contains("cargo add racegate"), "{ended:?}");
    }
    assert!(!folder.path().join("target").exists(), "nothing was built");
}

#[test]
fn an_unknown_verb_is_refused() {
    let folder = tempdir().expect("a folder");
    cargo_racegate(folder.path(), &["tset"]).refused(2, "tset");
}
