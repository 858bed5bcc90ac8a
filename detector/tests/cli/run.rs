//! `racegate run`, with programs that record nothing or whatever they are told to.

use std::path::Path;

use tempfile::tempdir;

use crate::{Ended, logs, racegate};

/// A program that leaves this log behind and then runs a shell command.
fn records(folder: &Path, bytes: &[u8], then: &str) -> Ended {
    logs::file(folder, "prepared", bytes);
    let script =
        format!("mkdir $RACEGATE_LOG/p-1 && cp prepared $RACEGATE_LOG/p-1/log.rgl; {then}");
    racegate(folder, &["run", "--", "sh", "-c", &script])
}

/// The folder that a kept log is said to be in.
fn kept(ended: &Ended) -> Option<String> {
    let line = ended
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix("note: the log is in "))?;
    Some(line.split(": `racegate scan`").next()?.to_owned())
}

#[test]
fn a_program_that_cannot_start_is_named() {
    let folder = tempdir().expect("a folder");
    let ended = racegate(folder.path(), &["run", "--", "./no-such-program"]);
    ended.refused(2, "./no-such-program");
}

#[test]
fn a_program_that_records_nothing_is_code_5_with_advice() {
    let folder = tempdir().expect("a folder");
    let ended = racegate(folder.path(), &["run", "--", "true"]);
    ended.refused(5, "nothing was recorded");
    assert!(ended.stderr.contains("feature `enabled`"), "{ended:?}");
    assert_eq!(kept(&ended), None);
}

#[test]
fn the_program_is_told_to_record_into_an_empty_folder() {
    let folder = tempdir().expect("a folder");
    let script = "echo $RACEGATE; cd $RACEGATE_LOG && ls | wc -l";
    let ended = racegate(folder.path(), &["run", "--", "sh", "-c", script]);
    let lines: Vec<&str> = ended.stdout.split_whitespace().collect();
    assert_eq!(lines, ["1", "0"], "{ended:?}");
}

#[test]
fn a_race_is_code_1_and_its_log_is_kept_and_named() {
    let folder = tempdir().expect("a folder");
    let ended = records(folder.path(), &logs::bytes(false), "echo mine");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.stdout, "mine\n", "stdout is the program's own");
    assert!(ended.stderr.contains("data race on `balance`"), "{ended:?}");
    let log = kept(&ended).expect("the log is named");
    let again = racegate(folder.path(), &["scan", &log]);
    assert_eq!(again.code, Some(1), "{again:?}");
    std::fs::remove_dir_all(log).expect("the log was there");
}

#[test]
fn a_clean_program_is_code_0_and_leaves_nothing_behind() {
    let folder = tempdir().expect("a folder");
    let ended = records(folder.path(), &logs::bytes(true), "echo $RACEGATE_LOG");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(kept(&ended), None);
    assert!(!Path::new(ended.stdout.trim()).exists(), "{ended:?}");
}

#[test]
fn a_failed_program_that_is_clean_ends_with_its_own_code() {
    let folder = tempdir().expect("a folder");
    let ended = records(folder.path(), &logs::bytes(true), "exit 42");
    assert_eq!(ended.code, Some(42), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("the program failed (exit status: 42)"),
        "{ended:?}"
    );
    let ended = racegate(folder.path(), &["run", "--", "sh", "-c", "exit 7"]);
    assert_eq!(ended.code, Some(7), "{ended:?}");
}

#[test]
fn a_failed_program_that_raced_is_code_1_and_its_failure_is_said() {
    let folder = tempdir().expect("a folder");
    let ended = records(folder.path(), &logs::bytes(false), "exit 42");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("exit status: 42"), "{ended:?}");
    std::fs::remove_dir_all(kept(&ended).expect("a kept log")).expect("removed");
}

#[cfg(unix)]
#[test]
fn a_program_that_a_signal_ended_is_told_as_a_shell_tells_it() {
    let folder = tempdir().expect("a folder");
    let ended = records(folder.path(), &logs::bytes(true), "kill -9 $$");
    assert_eq!(ended.code, Some(137), "{ended:?}");
    assert!(ended.stderr.contains("signal: 9"), "{ended:?}");
}

#[test]
fn an_incomplete_recording_is_code_3() {
    let folder = tempdir().expect("a folder");
    let ended = records(folder.path(), &logs::truncated(), "true");
    assert_eq!(ended.code, Some(3), "{ended:?}");
}

#[test]
fn a_log_folder_may_be_new_or_empty_and_nothing_else() {
    let folder = tempdir().expect("a folder");
    let with_log = |log| racegate(folder.path(), &["run", "--log", log, "--", "true"]);
    with_log("new/folder").refused(5, "nothing was recorded");
    assert!(folder.path().join("new/folder").is_dir());
    with_log("new/folder").refused(5, "nothing was recorded");
    logs::file(folder.path(), "new/folder/stale", b"");
    with_log("new/folder").refused(2, "expected an empty or a new folder");
    logs::file(folder.path(), "file", b"");
    with_log("file").refused(2, "log folder file");
}

#[test]
fn a_log_is_kept_when_asked() {
    let folder = tempdir().expect("a folder");
    let arguments = ["run", "--keep", "--", "true"];
    let ended = racegate(folder.path(), &arguments);
    let log = kept(&ended).expect("the log is named");
    std::fs::remove_dir(log).expect("it is there, and empty");
}

#[test]
fn a_report_of_a_run_can_go_to_a_file() {
    let folder = tempdir().expect("a folder");
    logs::file(folder.path(), "prepared", &logs::bytes(false));
    let script = "mkdir $RACEGATE_LOG/p-1 && cp prepared $RACEGATE_LOG/p-1/log.rgl";
    let arguments = [
        "run", "--log", "log", "--format", "json", "-o", "out", "--", "sh", "-c", script,
    ];
    let ended = racegate(folder.path(), &arguments);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let json = std::fs::read(folder.path().join("out")).expect("a report");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(json["summary"]["findings"], 1);
}
