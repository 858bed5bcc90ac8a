//! `cargo racegate test` over a package of its own, as a user has one.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::recorded::{binary, workspace};

/// A package whose only test does as its environment says.
struct Package {
    folder: tempfile::TempDir,
}

const SOURCE: &str = r#"
#[test]
fn two_threads() {
    let balance = racegate::cell::RaceCell::named("balance", 0);
    let lock = racegate::sync::Mutex::new(());
    let racy = std::env::var_os("RACES").is_some();
    racegate::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let _held = (!racy).then(|| lock.lock().unwrap());
                balance.set(balance.get() + 1);
            });
        }
    });
    assert!(std::env::var_os("FAILS").is_none(), "as it was told");
}
"#;

impl Package {
    fn new(dependency: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let manifest = format!(
            "[package]\nname = \"user\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
             [dependencies]\n{dependency}\n[workspace]\n{}",
            profiles()
        );
        let write = |file: &str, text: &str| {
            std::fs::write(folder.path().join(file), text).expect("the folder is writable");
        };
        write("Cargo.toml", &manifest);
        std::fs::create_dir(folder.path().join("src")).expect("the folder is writable");
        write("src/lib.rs", SOURCE);
        std::fs::copy(
            workspace().join("Cargo.lock"),
            folder.path().join("Cargo.lock"),
        )
        .expect("the workspace has its versions locked");
        Self { folder }
    }

    fn test(&self, variable: Option<&str>) -> Output {
        let mut command = Command::new(binary("cargo-racegate"));
        command
            .args(["racegate", "test", "--offline", "--quiet"])
            .current_dir(self.folder.path())
            // What is built there already need not be built again.
            .env("CARGO_TARGET_DIR", target())
            .env_remove("RACES")
            .env_remove("FAILS");
        if let Some(variable) = variable {
            command.env(variable, "1");
        }
        command.output().expect("cargo is there")
    }
}

/// The workspace's profiles, so that its builds of the dependencies serve.
fn profiles() -> String {
    let manifest = std::fs::read_to_string(workspace().join("Cargo.toml"));
    let manifest = manifest.expect("the workspace has a manifest");
    let start = manifest
        .find("[profile.dev]")
        .expect("it has profiles, last");
    manifest[start..].to_owned()
}

fn target() -> PathBuf {
    let debug = binary("racegate");
    let folder = debug.parent().and_then(Path::parent);
    folder.expect("binaries lie two folders deep").to_owned()
}

fn assert_code(output: &Output, code: i32, said: &str) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(said), "no {said:?} in\n{text}");
}

#[test]
fn tests_are_gated_and_their_own_failure_is_never_masked() {
    let path = workspace().join("instrument");
    let package = Package::new(&format!("racegate = {{ path = {path:?} }}"));
    assert_code(&package.test(None), 0, "0 races");
    assert_code(&package.test(Some("RACES")), 1, "data race on `balance`");
    assert_code(&package.test(Some("FAILS")), 101, "as it was told");
}

#[test]
fn a_package_without_racegate_is_told_what_it_lacks() {
    let package = Package::new("");
    assert_code(&package.test(None), 2, "racegate");
}
