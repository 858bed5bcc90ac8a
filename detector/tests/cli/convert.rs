//! `racegate convert`, and scans of what it wrote.

use tempfile::tempdir;

use crate::{logs, racegate};

#[test]
fn every_form_of_a_log_has_the_same_verdict() {
    let folder = tempdir().expect("a folder");
    for (joined, code) in [(false, 1), (true, 0)] {
        let mut from = logs::file(folder.path(), "given.rgl", &logs::bytes(joined));
        for to in ["a.rgt", "b.rgl", "c.std", "d.rgt"] {
            let ended = racegate(folder.path(), &["convert", &from, to]);
            assert_eq!(ended.code, Some(0), "{from} to {to}: {ended:?}");
            let scanned = racegate(folder.path(), &["scan", to]);
            assert_eq!(scanned.code, Some(code), "{to}: {scanned:?}");
            to.clone_into(&mut from);
        }
    }
}

#[test]
fn a_form_that_does_not_hold_an_event_says_which() {
    let folder = tempdir().expect("a folder");
    let text = b"T1|st(flag,release)|a.rs:1\nT2|ld(flag,acquire)|a.rs:2\n";
    let log = logs::file(folder.path(), "atomics.rgt", text);
    let ended = racegate(folder.path(), &["convert", &log, "atomics.std"]);
    ended.refused(2, "event 1: ");
    assert!(!folder.path().join("atomics.std").exists());
}

#[test]
fn a_file_of_no_known_form_is_refused() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "racy.rgl", &logs::bytes(false));
    for output in ["-", "racy", "racy.csv"] {
        racegate(folder.path(), &["convert", &log, output])
            .refused(2, "expected a file that ends in");
    }
    racegate(folder.path(), &["convert", &log, "no/such/x.rgt"]).refused(2, "cannot be written");
    racegate(folder.path(), &["convert", "nowhere", "x.rgt"]).refused(4, "nowhere");
}

#[test]
fn the_copy_of_an_incomplete_log_is_not_called_whole() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(folder.path(), "cut.rgl", &logs::truncated());
    let ended = racegate(folder.path(), &["convert", &log, "cut.rgt"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("incomplete"), "{ended:?}");
}

#[test]
fn a_text_trace_that_does_not_parse_names_its_line() {
    let folder = tempdir().expect("a folder");
    let log = logs::file(
        folder.path(),
        "bad.rgt",
        b"T1|w(x)|a.rs:1\nT1|whatever(x)|a.rs:2\n",
    );
    racegate(folder.path(), &["scan", &log]).refused(4, "line 2");
}

#[test]
fn a_text_without_events_recorded_nothing_and_a_lone_thread_cannot_race() {
    let folder = tempdir().expect("a folder");
    let empty = logs::file(folder.path(), "empty.rgt", b"# nothing\n");
    let lone = logs::file(
        folder.path(),
        "lone.rgt",
        b"T1|w(x)|a.rs:1\nT1|r(x)|a.rs:2\n",
    );
    for (log, words) in [(empty, "no log holds an event"), (lone, "only one thread")] {
        let ended = racegate(folder.path(), &["scan", &log]);
        assert_eq!(ended.code, Some(5), "{ended:?}");
        assert!(ended.stdout.contains(words), "{ended:?}");
    }
}

#[test]
fn contention_is_counted_from_requests() {
    let folder = tempdir().expect("a folder");
    let text = b"T1|req(m)|a.rs:1\nT1|acq(m)|a.rs:1\nT2|req(m)|a.rs:2\nT1|rel(m)|a.rs:3\n\
        T2|acq(m)|a.rs:2\nT2|rel(m)|a.rs:4\nT3|req(m)|a.rs:5\nT3|w(x)|a.rs:6\n";
    let log = logs::file(folder.path(), "lock.rgt", text);
    let ended = racegate(folder.path(), &["stat", &log]);
    let line = ended.stdout.lines().find(|line| line.contains("`m`"));
    let numbers: Vec<&str> = line
        .unwrap_or_default()
        .split_whitespace()
        .rev()
        .take(3)
        .collect();
    assert_eq!(
        numbers,
        ["1", "1", "3"],
        "given up, waited, requests: {ended:?}"
    );
}
