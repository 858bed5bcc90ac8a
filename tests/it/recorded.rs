//! A program's run, recorded in this process or by one of its own, and what raced.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

pub(crate) use tests::expected::{Cells, expected, racy_cells};

/// A binary of the workspace, built if need be.
pub(crate) fn binary(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(build_binaries);
    folder
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION)
}

/// Builds the commands and the fixtures as this test was built, and tells where.
fn build_binaries() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    // target/PROFILE/deps/TEST
    let folder = test.ancestors().nth(2).expect("tests run from target");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "build",
        "--quiet",
        "--package",
        "racegate-detector",
        "--package",
        "fixtures",
    ]);
    cargo.current_dir(workspace());
    cargo
        .arg("--target-dir")
        .arg(folder.parent().expect("a profile has a parent"));
    if folder
        .file_name()
        .is_some_and(|profile| profile == "release")
    {
        cargo.arg("--release");
    }
    let status = cargo.status().expect("cargo runs");
    assert!(status.success(), "the commands and the fixtures build");
    folder.to_owned()
}

/// The root of the repository.
pub(crate) fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .parent()
        .expect("this package lies in the workspace")
}

/// Runs a fixture in a process of its own, recorded into `folder`.
pub(crate) fn run_recorded(fixture: &str, folder: &Path) -> Output {
    Command::new(binary("fixtures"))
        .arg(fixture)
        .env("RACEGATE", "1")
        .env("RACEGATE_LOG", folder)
        .output()
        .expect("the fixture runs")
}

/// The one log in a folder of logs.
pub(crate) fn only_log(folder: &Path) -> PathBuf {
    let mut logs: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder was made")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    assert_eq!(logs.len(), 1, "one process, one log: {logs:?}");
    logs.remove(0)
}
