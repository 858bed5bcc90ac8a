//! Whole programs under the command: recorded to disk, scanned, told, and an exit
//! code that says what was found.

use std::path::Path;
use std::process::{Command, Output};

use crate::recorded::{binary, only_log, run_recorded, workspace};

fn racegate(arguments: &[&str]) -> Output {
    Command::new(binary("racegate"))
        .args(arguments)
        .current_dir(workspace())
        .output()
        .expect("the command runs")
}

fn run_fixture(name: &str) -> Output {
    let fixtures = binary("fixtures");
    racegate(&["run", "--", text(&fixtures), name])
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_racy_program_is_told_with_both_functions_and_the_source() {
    let output = run_fixture("bank/racy");
    let report = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{report}");
    for expected in [
        "data race on `balance`",
        "Bank::deposit",
        "Bank::balance",
        "racy::alice",
        "racy::bob",
        "self.balance.set(balance + amount);",
        "fixtures/src/bank/racy.rs",
    ] {
        assert!(report.contains(expected), "no {expected:?} in\n{report}");
    }
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("the balance is"), "its output is its own");
}

#[test]
fn a_race_free_program_ends_with_zero() {
    let output = run_fixture("bank/mutex");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_program_that_records_nothing_ends_with_five() {
    let fixtures = binary("fixtures");
    let output = racegate(&["run", "--", text(&fixtures), "list"]);
    assert_eq!(output.status.code(), Some(5), "{}", stderr(&output));
}

#[test]
fn a_log_on_disk_is_scanned_afterwards() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = run_recorded("bank/racy", folder.path());
    assert!(output.status.success(), "a program's status is its own");
    let log = only_log(folder.path());
    let scan = racegate(&["scan", text(&log), "--format", "json"]);
    assert_eq!(scan.status.code(), Some(1), "{}", stderr(&scan));
    let json = String::from_utf8_lossy(&scan.stdout);
    assert_eq!(json.matches("\"data-race\"").count(), 3, "{json}");
}

#[test]
fn a_fixture_runs_unrecorded_without_the_environment_that_asks() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(binary("fixtures"))
        .args(["bank/racy", "--outcome"])
        .env_remove("RACEGATE")
        .env("RACEGATE_LOG", folder.path())
        .output()
        .expect("the fixture runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("Bob's is lost"), "{said}");
    let logs = std::fs::read_dir(folder.path()).expect("the folder is there");
    assert_eq!(logs.count(), 0, "nothing is recorded");
}

#[test]
fn words_in_the_environment_that_mean_nothing_are_told() {
    let output = Command::new(binary("fixtures"))
        .arg("bank/mutex")
        .env("RACEGATE", "yes")
        .env("RACEGATE_STACK", "deep")
        .env("RACEGATE_YIELDS", "often")
        .output()
        .expect("the fixture runs");
    assert!(output.status.success(), "{}", stderr(&output));
    for expected in [
        "RACEGATE=\"yes\" is ignored",
        "RACEGATE_STACK=\"deep\" is ignored",
        "RACEGATE_YIELDS=\"often\" is ignored: expected a number",
    ] {
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

#[test]
fn an_unknown_fixture_is_refused_with_a_suggestion() {
    let output = Command::new(binary("fixtures"))
        .arg("bank/racyy")
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `bank/racy`?"));
}
